"""Rates of all hazards of a day, and how many events each of them begins."""

from __future__ import annotations

import math

from sim.core.compiler import kernel
from sim.core.luck import identify, poisson


@kernel
def saturate(rate, most):  # type: ignore[no-untyped-def]
    """A rate that cannot pass `most`, and is itself while it is small against it: rate / (1 + rate / most).

    Assumed. 0 unless both are above 0.
    """
    return rate / (1.0 + rate / most) if rate > 0 and most > 0 else 0.0


@kernel
def log_linear(base, weights, covariates):  # type: ignore[no-untyped-def]
    """The rate base * exp(sum of weight times covariate), the exponent cut at 50; both float64[C]."""
    exponent = 0.0
    for c in range(weights.shape[0]):
        exponent += weights[c] * covariates[c]
    return base * math.exp(min(exponent, 50.0))


@kernel
def draw_counts(  # type: ignore[no-untyped-def]
    seed, stream, day, seen, present, containment, chances,
    actor, keys, base, weights, most, fighters, pace, is_contained, rates, counts,
):  # fmt: skip
    """Write the mean number of events that each of P hazards begins on a day, and a Poisson number of them:

        force = fighters present / fighters that the base is stated for
        mean = saturate(log_linear(base, weights, covariates) * chances * force * pace, most * force)

    Today's are seen float64[A, C], the covariates as each actor sees them, present float64[A], its fighters
    in the city (1 where it has none by its nature), chances float64[P], and containment, the share by which
    that measure lowers the rates where is_contained bool[P]. The others, [P], are fixed: actor int64, its row
    of `seen`; keys int64[P, 2], the `name_key` of kind and actor; base, most, fighters (0: however many there
    are, the force is 1) and pace float64, weights float64[P, C].

    Writes rates float64[P] and counts int64[P]. A count belongs to (kind, actor, day). Returns their sum.
    """
    total = 0
    for p in range(keys.shape[0]):
        rates[p] = 0.0
        counts[p] = 0
        here = present[actor[p]]
        chance = chances[p]
        if chance > 0 and here > 0:  # most kinds on most days: nobody to strike, or no posture for it
            force = here / fighters[p] if fighters[p] > 0 else 1.0
            chance *= force
            if is_contained[p]:
                chance *= 1.0 - containment
            rate = log_linear(base[p], weights[p], seen[actor[p]]) * (chance * pace[p])
            rates[p] = saturate(rate, most[p] * force)
            if rates[p] > 0:
                key = identify(keys[p, 0], keys[p, 1], day, 0)
                counts[p] = poisson(seed, stream, day, key, 0, rates[p])
                total += counts[p]
    return total
