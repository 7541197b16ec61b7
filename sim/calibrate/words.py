"""A calibration in words and tables, made from its numbers."""

from __future__ import annotations

import math

import pandas as pd

from sim.calibrate.calibrate import Calibration
from sim.calibrate.population import centre_of
from sim.text_table import Table

NARROW = 0.15  # a parameter whose posterior is not narrower than its prior by this share is not identified
TRADES = 0.3  # correlation from which a pair is named
MOST_PAIRS = 8
HEADS = ("parameter", "prior", "default before", "effect", "posterior median", "95 %", "narrower by")


def parameter_table(found: Calibration) -> Table:
    """A row per parameter."""
    rows = []
    for row in found.parameters.to_dict("records"):
        is_fitted = not math.isnan(row["median"])
        rows.append(
            (
                str(row["parameter"]),
                f"{row['low']:g} to {row['high']:g}{', log' if row['is_log'] else ''}",
                f"{row['default']:.3g}",
                f"{row['effect']:.2f}",
                f"{row['median']:.3g}" if is_fitted else "left at its default",
                f"{row['q025']:.3g} to {row['q975']:.3g}" if is_fitted else "",
                f"{round(row['narrower'], 2) + 0.0:.0%}" if is_fitted else "",  # no -0%
            )
        )
    return Table("Parameters", HEADS, rows)


def lines_of(found: Calibration) -> list[str]:
    """What was found, what stays unknown, how the method did on synthetic truths."""
    fitted = found.parameters.dropna(subset=["median"])
    unknown = fitted[fitted.narrower < NARROW].parameter.tolist()
    last = found.waves.iloc[-1]
    lines = [
        f"{int(last.points):,} points of {found.problem.runs} histories; {last.not_ruled_out:.2%} of the "
        f"prior is not ruled out; effective posterior sample {last.effective_sample:.0f}.",
    ]
    if found.failed:
        lines.append(f"{found.failed:,} histories failed and are left out: see the studies in the folders.")
    dropped = found.parameters[found.parameters["median"].isna()].parameter.tolist()
    if dropped:
        lines.append(f"Without effect on any target, left at default: {', '.join(dropped)}.")
    if unknown:
        lines.append(f"Not identified (posterior about as wide as the prior): {', '.join(unknown)}.")
    if found.record is not None:
        lines.append(_record_line(found))
    pairs = found.pairs[found.pairs.correlation.abs() >= TRADES].head(MOST_PAIRS)
    lines += [
        f"Trade off: {row.one} and {row.other} (correlation {row.correlation:+.2f})."
        for row in pairs.itertuples()
    ]
    if len(found.proof):
        n = found.proof.truth.nunique()
        lines.append(
            f"On {n} synthetic truths the 95 % intervals held the parameter in "
            f"{found.proof.inside.mean():.0%} of {len(found.proof)} cases."
        )
    best = ", ".join(f"{key}={found.central[key][0]:.3g}" for key in fitted.parameter)
    lines.append(
        f"Of {len(found.central)} points in the middle of the posterior, the best-agreeing one: {best}."
    )
    lines.append(_line_of_defaults(found))
    if found.laws is not None:
        lines.append(law_line(found.laws))
    return lines


def _line_of_defaults(found: Calibration) -> str:
    """How well the defaults agree, beside the points of the middle."""
    theirs, others = float(found.shipped.agreement.iloc[0]), found.central.agreement
    if not math.isfinite(theirs):
        return "The defaults, run as often, do not show every pattern that is a target."
    return (
        f"The defaults, run as often, agree better than {int((others < theirs).sum())} of these points "
        f"(logarithm of the agreement {theirs:.1f}; of the points {others.min():.1f} to {others.max():.1f})."
    )


def _record_line(found: Calibration) -> str:
    """What the likelihood of a record added to the other targets."""
    assert found.record is not None
    assert found.evidence is not None
    seen = found.evidence.log_evidence
    rows = found.parameters.sort_values("by_record", ascending=False).to_dict("records")
    narrowed = [f"{row['parameter']} by {row['by_record']:.0%}" for row in rows if row["by_record"] >= NARROW]
    impossible = f"; at {int(seen.isna().sum())} it is impossible" if seen.isna().any() else ""
    return (
        f"The record of {found.record.name} ({len(found.record.rows)} events in {found.record.days} days; "
        f"log evidence at points {seen.min():.1f} to {seen.max():.1f}{impossible}) narrowed "
        f"{', '.join(narrowed) if narrowed else f'no parameter by {NARROW:.0%} or more'}."
    )


def law_line(laws: pd.DataFrame) -> str:
    """The populations that agree best with P1 and P2 (a table as of `laws`), in a sentence."""
    if not (laws.agreement > 0).any():
        return f"None of {len(laws)} populations of truces agrees with P1 and P2; run more truces."
    mean = centre_of(laws)
    best = laws[laws.agreement > 0.1 * laws.agreement.max()]
    ranges = {
        key: f"{mean[key]:.2g} ({best[key].min():.2g}-{best[key].max():.2g})"
        for key in ("factions", "army", "spread")
    }
    return (
        "Local truces break as real ones did if the paces of violence are log-normal with medians "
        f"{ranges['factions']} for the factions and {ranges['army']} for the army, and a log-standard "
        f"deviation of {ranges['spread']}."
    )
