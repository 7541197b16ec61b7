"""The postures of the army: what it does, and which of them shut the city or leave room for a truce."""

from __future__ import annotations

from enum import IntEnum
from typing import Literal

PostureName = Literal["observing", "squeezing", "besieging", "bombarding", "storming", "holding", "withdrawn"]


class Posture(IntEnum):
    """What the army does. Numbers are permanent."""

    OBSERVING = 0
    SQUEEZING = 1
    BESIEGING = 2
    BOMBARDING = 3
    STORMING = 4
    HOLDING = 5
    WITHDRAWN = 6


BESIEGED = frozenset({Posture.BESIEGING, Posture.BOMBARDING})
SHUT = frozenset({Posture.BESIEGING, Posture.BOMBARDING, Posture.STORMING})  # nobody passes
PRESSING = SHUT | {Posture.SQUEEZING}
CALM = frozenset({Posture.OBSERVING, Posture.SQUEEZING})  # the truce may form again
