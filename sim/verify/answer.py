"""A known answer: what a part of the model must give, what it gave, and whether the two agree."""

from __future__ import annotations

from dataclasses import dataclass

ERRORS = 4.0  # standard errors that a random answer may be off at a fixed seed
CLOSE = 1e-5  # what a deterministic answer may be off


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """One line of the table. It passes if `difference` is at most `allowed`; nan never passes."""

    what: str
    formula: str
    sample: str  # what was simulated, e.g. "400 histories"
    expected: float
    simulated: float
    difference: float  # never negative; in standard errors, or absolute
    allowed: float
    in_errors: bool = False  # whether `difference` counts standard errors

    @property
    def passes(self) -> bool:
        """Whether simulated and expected agree."""
        return self.difference <= self.allowed


def compare_drawn(
    what: str, formula: str, sample: str, expected: float, simulated: float, standard_error: float
) -> KnownAnswer:
    """A random answer: it may be off by ERRORS standard errors of `simulated`; one of 0 or nan fails."""
    off = abs(simulated - expected)
    difference = off / standard_error if standard_error > 0 else float("nan")
    return KnownAnswer(what, formula, sample, expected, simulated, difference, ERRORS, in_errors=True)


def exact(
    what: str,
    formula: str,
    sample: str,
    expected: float,
    simulated: float,
    *,
    difference: float | None = None,
    allowed: float = CLOSE,
) -> KnownAnswer:
    """A deterministic answer, which may be off by `allowed`.

    `difference` stands for the largest one where many numbers are compared.
    """
    off = abs(simulated - expected) if difference is None else difference
    return KnownAnswer(what, formula, sample, expected, simulated, off, allowed)
