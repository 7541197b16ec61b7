"""A captivity: what is known of a captive besides who he is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True, frozen=True)
class Captivity:
    """Who holds a captive (the actor's name), since which day, and through which event (its id)."""

    since: int
    captor: str
    event_id: int
