"""Scenario sections about residents and the city's climate: feelings, kinship, flight, passage, pressure."""

from __future__ import annotations

from sim.schema import Section, daily, number, section, share


class Feelings(Section):
    """Fear and anger: how they fade, spread and are struck (sim/core/feelings.py)."""

    relax_fear: float = number(
        0.05,
        "pull of fear back to its resting value",
        unit="1/day",
        source="assumed (numerical sketch)",
        ge=0,
        le=1,
    )
    contagion_fear: float = number(
        0.1, "pull of fear to the mean of kin", unit="1/day", source="assumed (numerical sketch)", ge=0, le=1
    )
    amplify: float = number(
        0.5,
        "extra pull where kin are more afraid than oneself; 0 makes feelings linear",
        unit="1",
        ge=0,
        le=5,
    )
    relax_anger: float = number(
        0.035, "fading of anger", unit="1/day", source="assumed (numerical sketch)", ge=0, le=1
    )
    contagion_anger: float = number(
        0.1, "pull of anger to the mean of kin", unit="1/day", source="assumed (numerical sketch)", ge=0, le=1
    )
    rest_fear_max: float = share(
        0.2, "resting fear is uniform between 0 and this", source="assumed (numerical sketch)"
    )
    susceptibility_sigma: float = number(
        0.3, "log-standard deviation of susceptibility (mean 1)", unit="log", ge=0, le=2
    )
    shock_scale: float = number(
        1.03,
        "multiplies every shock of every event",
        unit="1",
        source="assumed, within the calibration (P3 to P16)",
        ge=0,
        le=20,
    )


class KinshipWeights(Section):
    """Weights of kin in feelings, and the two signs of kinship, apart."""

    close: float = number(1.0, "weight of a tie through fathers and brothers", unit="1", ge=0, le=100)
    cousin: float = number(0.4, "weight of a tie between first cousins", unit="1", ge=0, le=100)
    affine: float = number(0.6, "weight of a tie through marriage", unit="1", ge=0, le=100)
    own: float = number(2.0, "weight of the own household", unit="1", ge=0, le=100)
    restraint: float = number(
        0.83,
        "strength of restraint: kin on the other side hold back the first blow (Fearon & Laitin 1996)",
        unit="1",
        source="assumed, within the calibration (P3 to P16)",
        ge=0,
        le=5,
    )
    revenge: float = number(
        0.8,
        "strength of revenge: angry kin raise the answers to a blow (Moscona et al. 2020)",
        unit="1",
        ge=0,
        le=5,
    )


class CampShift(Section):
    """What a camp adds to its fear before the flight threshold: negative stays longer."""

    loyalist: float = number(0.15, "shift of loyalist households", unit="fear", ge=-2, le=2)
    uncommitted: float = number(-0.1, "shift of uncommitted households", unit="fear", ge=-2, le=2)
    opposition: float = number(-0.15, "shift of opposition households", unit="fear", ge=-2, le=2)


class Flight(Section):
    """When households leave and return: a threshold each (Granovetter 1978; Melander & Oberg 2007)."""

    threshold_mean: float = number(
        0.7, "mean of the flight thresholds", unit="fear", source="assumed (numerical sketch)", ge=-5, le=5
    )
    threshold_sd: float = number(
        0.15,
        "standard deviation of the flight thresholds",
        unit="fear",
        source="assumed (numerical sketch)",
        ge=0,
        le=2,
    )
    connectedness: float = number(
        0.1,
        "how much lower the threshold of the best-connected is than that of the least (Schon 2019)",
        unit="fear",
        ge=0,
        le=2,
    )
    follow: float = number(
        0.5,
        "weight of the share of tied households that left",
        unit="fear",
        source="assumed (numerical sketch)",
        ge=0,
        le=5,
    )
    rate: float = daily(
        0.1,
        "rate of leaving once the threshold is passed, at free passage",
        source="assumed (numerical sketch)",
    )
    return_margin: float = number(
        0.1,
        "how far under the threshold the pull must fall before a household returns",
        unit="fear",
        ge=0,
        le=5,
    )
    return_rate: float = daily(0.05, "rate of returning once that is so, at free passage")
    camp_shift: CampShift = section(CampShift, "shift of each camp")


class PassageConfig(Section):
    """Free passage in and out of the city [14]."""

    start: float = share(1.0, "free passage on day 0", source="[14]")
    recovery: float = daily(0.03, "share of the lost passage that comes back by itself in a day")
    called_to_order: float = daily(
        0.15, "the same where elders of full standing call the fighters to order: added, times their standing"
    )


class PressureConfig(Section):
    """Pressure: belief in the coming annihilation [3, 23]. It rises with what is seen, and fades."""

    start: float = share(0.2, "pressure on day 0", source="assumed, from [3]")
    fade: float = daily(0.05, "fading in a day")
    from_departures: float = number(
        5.0, "rise for each share of the loyalists seen leaving in a day", unit="1", ge=0, le=1000
    )
    from_inflow: float = number(
        0.5, "rise for each share of the city's fighters who come in", unit="1", ge=0, le=1000
    )
    from_rumour: float = number(0.1, "rise for a rumour", unit="1", ge=0, le=1)


class SuppliesConfig(Section):
    """Supplies of the city: they run down under siege, wear morale and raise fear."""

    start: float = share(1.0, "supplies on day 0")
    use: float = daily(0.011, "share of full supplies used up in a day of siege (about three months)")
    recovery: float = daily(0.1, "share of what is missing that comes in on a day of open roads")
    hunger_fear: float = number(
        0.02, "fear that a day without any supplies adds to everybody present", unit="fear", ge=0, le=1
    )


class WorksConfig(Section):
    """Dug-up and mined roads [32]."""

    start: float = share(0.2, "works on day 0", source="assumed, from [32]")


class MoraleConfig(Section):
    """Morale of the factions [36]."""

    relax: float = daily(0.02, "return to the morale of day 0")
    from_losses: float = number(2.0, "fall for each share of members lost", unit="1", ge=0, le=100)
    from_hunger: float = number(0.01, "fall in a day without any supplies", unit="1", ge=0, le=1)
    from_repulse: float = share(0.3, "rise by this share of what is missing when an assault is broken off")
    from_fall: float = share(0.5, "fall by this share when the city falls")


class RanksConfig(Section):
    """Joining and deserting, by threshold."""

    join_threshold_mean: float = number(
        0.8, "mean threshold of joining a faction, for opposition men", unit="feeling", ge=-5, le=5
    )
    join_threshold_sd: float = number(0.2, "its standard deviation", unit="feeling", ge=0, le=2)
    join_fear: float = number(0.5, "how much fear holds back from joining", unit="1", ge=0, le=5)
    join_restraint: float = number(
        0.5,
        "how much kin among loyalists present hold back from joining (times kinship.restraint)",
        unit="1",
        ge=0,
        le=5,
    )
    join_losses: float = number(
        2.5,
        "how strongly a local faction that has lost fighters calls up others, by the share that is missing",
        unit="1",
        ge=0,
        le=20,
    )
    join_arms: float = number(
        0.2, "how strongly arms that a local faction can give draw fighters", unit="1", ge=0, le=5
    )
    join_rate: float = daily(0.02, "rate of joining once the threshold is passed")
    desert_threshold_mean: float = number(
        0.6, "mean threshold of deserting, for fighters", unit="feeling", ge=-5, le=5
    )
    desert_threshold_sd: float = number(0.15, "its standard deviation", unit="feeling", ge=0, le=2)
    desert_morale: float = number(
        0.5, "how much morale holds back from deserting (Albrecht & Koehler)", unit="1", ge=0, le=5
    )
    desert_rooted: float = number(
        0.1, "how much kin in the city holds a fighter in the ranks", unit="feeling", ge=-2, le=2
    )
    desert_rate: float = daily(0.03, "rate of deserting once the threshold is passed")
