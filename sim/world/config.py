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
        0.03, "fading of anger", unit="1/day", source="assumed (numerical sketch)", ge=0, le=1
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
        1.0,
        "multiplies every shock of every event",
        unit="1",
        source="assumed (numerical sketch)",
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
        1.0,
        "strength of restraint: kin on the other side hold back the first blow (Fearon & Laitin 1996)",
        unit="1",
        ge=0,
        le=5,
    )
    revenge: float = number(
        1.0,
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
        0.6, "mean of the flight thresholds", unit="fear", source="assumed (numerical sketch)", ge=-5, le=5
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
        0.25,
        "how far under the threshold the pull must fall before a household returns",
        unit="fear",
        ge=0,
        le=5,
    )
    return_rate: float = daily(0.02, "rate of returning once that is so, at free passage")
    camp_shift: CampShift = section(CampShift, "shift of each camp")


class PassageConfig(Section):
    """Free passage in and out of the city [14]."""

    start: float = share(1.0, "free passage on day 0", source="[14]")
    recovery: float = daily(0.04, "share of the lost passage that comes back in a day")


class PressureConfig(Section):
    """Pressure: belief in the coming annihilation [3, 23]. It rises with what is seen, and fades."""

    start: float = share(0.2, "pressure on day 0", source="assumed, from [3]")
    fade: float = daily(0.05, "fading in a day")
    from_departures: float = number(
        5.0, "rise for each share of the loyalists seen leaving in a day", unit="1", ge=0, le=1000
    )
    from_rumour: float = number(0.1, "rise for a rumour", unit="1", ge=0, le=1)
