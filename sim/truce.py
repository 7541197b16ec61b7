"""The judge of the truce: breaches are counted, endings are rules, spells are what lies between breaks.

A breach is one incident with its weight; a break is the collapse, the first ending whose rule holds. A
truce that broke re-forms after enough quiet days in a row, and the spell that follows is counted anew.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Any

from sim.core.sums import add_in_order
from sim.schema import Section, number, section, share, switch


class TruceState(IntEnum):
    """State of the truce on a day."""

    HOLDING = 0
    STRAINED = 1
    BROKEN = 2


ENDINGS = ("feud", "passage", "exodus", "siege", "assault")


class FeudRule(Section):
    """Broken when the weighted social breaches of a trailing window reach a bar."""

    enabled: bool = switch(True, "whether this ending counts")
    bar: float = number(8.0, "breaches in the window that break the truce", unit="breaches", gt=0, le=1e6)
    window_days: int = number(14, "length of the trailing window", unit="days", ge=1, le=3650)


class PassageRule(Section):
    """Broken when free passage has been gone for some days (by residents' hands, not by siege)."""

    enabled: bool = switch(True, "whether this ending counts")
    bar: float = share(0.25, "free passage under this counts as gone")
    days: int = number(7, "days in a row that break the truce", unit="days", ge=1, le=3650)


class ExodusRule(Section):
    """Broken when almost no loyalist is left to have a truce with."""

    enabled: bool = switch(True, "whether this ending counts")
    bar: float = share(0.1, "loyalists not departed, as a share of those of day 0, under which it breaks")


class SiegeRule(Section):
    """Broken by a siege that lasts, its bombardments included."""

    enabled: bool = switch(True, "whether this ending counts")
    days: int = number(14, "days under siege that break the truce", unit="days", ge=1, le=3650)


class AssaultRule(Section):
    """Broken by an assault, on its first day."""

    enabled: bool = switch(True, "whether this ending counts")


class TruceConfig(Section):
    """When the truce is strained, broken, and formed again."""

    feud: FeudRule = section(FeudRule, "ending of the social layer")
    passage: PassageRule = section(PassageRule, "ending of the social layer")
    exodus: ExodusRule = section(ExodusRule, "ending of the social layer")
    siege: SiegeRule = section(SiegeRule, "ending of the standoff")
    assault: AssaultRule = section(AssaultRule, "ending of the standoff")
    reform_days: int = number(14, "quiet days in a row after which it re-forms", unit="days", ge=1, le=3650)
    strained_passage: float = share(0.75, "free passage under this strains the truce")


@dataclass(slots=True)
class Spell:
    """One truce: from its first day to the day of its break (None while it lasts), and what ended it."""

    start: int
    end: int | None = None
    ending: str = ""


@dataclass(slots=True)
class Signs:
    """What the judge looks at on a day. Breaches are weighted; free passage is in [0, 1]."""

    social_breaches: float
    free_passage: float
    loyalists_remaining: float  # share of those of day 0 who have not departed
    is_besieged: bool
    is_stormed: bool
    is_calm_posture: bool  # the army observes or squeezes
    is_pressed: bool  # the army squeezes the surroundings, or shuts the city


@dataclass(slots=True)
class Truce:
    """The truce as judged up to now."""

    config: TruceConfig
    state: TruceState = TruceState.HOLDING
    spells: list[Spell] = field(default_factory=lambda: [Spell(0)])
    feud: float = 0.0  # weighted social breaches in the window
    days_without_passage: int = 0
    days_besieged: int = 0
    quiet_days: int = 0
    _window: deque[float] = field(default_factory=deque)

    def __deepcopy__(self, memo: dict[int, Any]) -> Truce:
        return replace(self, spells=[replace(spell) for spell in self.spells], _window=self._window.copy())

    def judge(self, day: int, signs: Signs) -> None:
        """Judge the next day (each is judged once): may break the truce, re-form it, or find it strained."""
        config = self.config
        self._window.append(signs.social_breaches)
        if len(self._window) > config.feud.window_days:
            self._window.popleft()
        self.feud = add_in_order(self._window)
        gone = signs.free_passage < config.passage.bar
        self.days_without_passage = self.days_without_passage + 1 if gone else 0
        self.days_besieged = self.days_besieged + 1 if signs.is_besieged else 0
        ending = self.ending(signs)
        if self.state == TruceState.BROKEN:
            quiet = not ending and self._is_quiet(signs)
            self.quiet_days = self.quiet_days + 1 if quiet else 0
            if self.quiet_days >= config.reform_days:
                self.spells.append(Spell(day))
                self.state = TruceState.HOLDING
        elif ending:
            self.spells[-1].end = day
            self.spells[-1].ending = ending
            self.state = TruceState.BROKEN
            self.quiet_days = 0
            self._window.clear()
        if self.state != TruceState.BROKEN:
            strained = self._is_strained(signs)
            self.state = TruceState.STRAINED if strained else TruceState.HOLDING

    def ending(self, signs: Signs) -> str:
        """Name of the first ending whose rule holds today, one of ENDINGS; empty if none does."""
        config = self.config
        rules = (
            ("assault", config.assault.enabled and signs.is_stormed),
            ("siege", config.siege.enabled and self.days_besieged >= config.siege.days),
            ("feud", config.feud.enabled and self.feud >= config.feud.bar),
            ("passage", config.passage.enabled and self.days_without_passage >= config.passage.days),
            ("exodus", config.exodus.enabled and signs.loyalists_remaining < config.exodus.bar),
        )
        return next((name for name, holds in rules if holds), "")

    def _is_strained(self, signs: Signs) -> bool:
        """Something of what breaks it is under way: blows, a road half shut, or an army on the move."""
        config = self.config
        return (
            self.feud > config.feud.bar / 2
            or signs.free_passage < config.strained_passage
            or signs.is_pressed
        )

    def _is_quiet(self, signs: Signs) -> bool:
        config = self.config
        return (
            self.feud < config.feud.bar / 2
            and signs.free_passage >= config.strained_passage
            and signs.is_calm_posture
            and (not config.exodus.enabled or signs.loyalists_remaining > 2 * config.exodus.bar)
        )

    @property
    def n_breaks(self) -> int:
        """How often it broke."""
        return sum(spell.end is not None for spell in self.spells)
