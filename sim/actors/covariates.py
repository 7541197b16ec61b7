"""THE list of covariates that hazards may depend on. All of yesterday, in [0, 1] but for restraint."""

from __future__ import annotations

from typing import NamedTuple


class Covariate(NamedTuple):
    """A covariate: its name, and its definition in a line."""

    name: str
    definition: str


CITY_COVARIATES = (
    Covariate("loyalists_left", "share of the loyalists living in the city on day 0 who have departed"),
    Covariate("loyalists_present", "loyalists present in the city, as a share of those present on day 0"),
    Covariate("anger", "mean anger of the opposition residents present"),
    Covariate("fear", "mean fear of all residents present"),
    Covariate("pressure", "belief in the coming annihilation [3, 23]: rises with what is seen, fades"),
    Covariate("hostility", "what the army feels of attacks on it of late, fading"),
    Covariate("passage", "free passage in and out of the city [14]; 0 under siege"),
    Covariate("standing", "standing of the council of elders in effect: a backlog of breaches wears it"),
    Covariate("rivalry", "share of the armed strength that is newcomers or independents [10, 11, 31]"),
    Covariate("works", "dug-up and mined roads, built up by day, undone by bombardment [32, 33]"),
    Covariate("hunger", "what is missing of the city's supplies"),
    Covariate("posture_age", "days in the army's present phase, as a share of 90, at most 1"),
)

# what only a faction has; the rest is one number for the whole city
FACTION_COVARIATES = (
    Covariate(
        "restraint",
        "mean over the faction's members of the share of tie weight reaching houses with loyalists present, "
        "times kinship.restraint, so at most that",
    ),
    Covariate("morale", "the faction's morale [36]"),
    Covariate("command", "how firmly the faction's command holds its men"),
    Covariate("arms", "the faction's arms [10]"),
)

COVARIATES = (*CITY_COVARIATES, *FACTION_COVARIATES)
NAMES = tuple(covariate.name for covariate in COVARIATES)
INDEX = {name: index for index, name in enumerate(NAMES)}


def unit(x: float) -> float:
    """Cut to [0, 1]."""
    return 0.0 if x < 0.0 else 1.0 if x > 1.0 else x
