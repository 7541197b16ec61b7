"""Numbers and names in plain words: counts, shares, lists, kinds of events, endings."""

from __future__ import annotations

from collections.abc import Sequence

ENDING_BY = {
    "feud": "by feud",
    "passage": "by loss of free passage",
    "exodus": "by exodus of the loyalists",
    "siege": "by siege",
    "assault": "by assault",
}
_HYPHENATED = {"counter_abduction": "counter-abduction"}


def kind_words(kind: str) -> str:
    """A kind of event in words: "revenge killing"."""
    return _HYPHENATED.get(kind, kind.replace("_", " "))


def scenario_words(name: str) -> str:
    """A scenario's short name in words: "al-Rastan besieged", "small town"."""
    return name.replace("al_rastan", "al-Rastan").replace("_", " ")


def capitalize(words: str) -> str:
    """The words with the first letter as a capital, the others as they are: "Al-Rastan besieged"."""
    return f"{words[:1].upper()}{words[1:]}"


def ending_by(ending: str) -> str:
    """How the truce ended: "by feud"; empty where the ending is not known."""
    return ENDING_BY.get(ending, f"by {ending.replace('_', ' ')}" if ending else "")


def count(n: int, noun: str, plural: str = "") -> str:
    """A count and its noun: "1 kidnapping", "2 clashes", "1,204 people"."""
    if n == 1:
        return f"1 {noun}"
    return f"{n:,} {plural or plural_of(noun)}"


def plural_of(noun: str) -> str:
    """The regular English plural."""
    return noun + ("es" if noun.endswith(("s", "sh", "ch", "x")) else "s")


def percent(share: float) -> str:
    """A share as percent; what is neither nothing nor all is never rounded to it."""
    if 0 < share < 0.01:
        return "under 1 %"
    if 0.99 < share < 1:
        return "over 99 %"
    return f"{100 * share:.0f} %"


def with_sign(value: float, digits: int = 0) -> str:
    """A difference with its sign and so many decimals: "+3", "-1,200".

    One decimal more where it would round to nothing, so that its sign is kept: "-0.3"; then "0".
    """
    for decimals in (digits, digits + 1):
        text = f"{value:+,.{decimals}f}"
        if text.strip("+-0."):
            return text
    return "0"


def with_range(value: float, low: float, high: float, unit: str = "", digits: int = 0) -> str:
    """A difference, what it is of, and its interval: "-12 deaths (-20 to -4)"; numbers as by `with_sign`."""
    of = f" {unit}" if unit else ""
    return f"{with_sign(value, digits)}{of} ({with_sign(low, digits)} to {with_sign(high, digits)})"


def number_words(value: float) -> str:
    """A number with at most two decimals and none that say nothing: "8.75", "9"."""
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def list_words(parts: Sequence[str], most: int = 99) -> str:
    """A list in words: "a", "a and b", "a, b and c"; past `most` of them "a, b and 7 more"."""
    shown = list(parts)
    if len(shown) > most:
        shown = [*shown[: most - 1], f"{len(shown) - most + 1} more"]
    return " and ".join(part for part in (", ".join(shown[:-1]), *shown[-1:]) if part)


def span(first: int, last: int) -> str:
    """Days in words: "day 9", "days 3-9"."""
    return f"day {first}" if first == last else f"days {first}-{last}"
