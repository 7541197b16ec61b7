"""Particles: histories with their own parameters; how they are drawn, weighted and resampled."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.stats import qmc

from sim.config.complaints import scenario_from
from sim.config.values import settle, with_settings
from sim.core.luck import fresh_seed
from sim.model import TruceModel
from sim.scenario import Scenario
from sim.study.draws import Uncertainty
from sim.study.priors import Prior

# the level of violence of a town is not known: 0.03 to 3 times what the scenario's rates say
PACES = {key: Prior(distribution="log_uniform", low=0.03, high=3.0) for key in ("pace.factions", "pace.army")}
SHARED = "pace.factions"  # what the burn-in depends on
LEVELS = 8  # steps per doubling, so that particles can share burn-ins
DEFENSIVE = 0.25  # share of particles that comes from the prior where there is a proposal
WIDER, FLOOR = 1.5, 0.05  # of a pilot's spread: times, and at least (the prior's is 1)


@dataclass
class Particle:
    """One history: its model, the number of its draw of parameters, and (day, luck) of each copying."""

    model: TruceModel
    draw: int
    lineage: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Draw:
    """Values of parameters of one particle, the seed of its luck, and the log of its first weight."""

    values: Mapping[str, Any]
    seed: int
    log_weight: float = 0.0
    scores: tuple[float, ...] = ()  # prior values as standard normal scores


def draw_particles(
    uncertainty: Uncertainty,
    n: int,
    seed: int,
    whole: frozenset[str] = frozenset(),
    proposal: Proposal | None = None,
) -> list[Draw]:
    """Values for `n` particles, spread evenly over the priors (a scrambled Sobol' sequence), in the order of
    the first key, so that neighbours are similar; rows of a sample are taken in turn.

    `whole`: keys that take whole numbers. The pace of the factions is drawn in steps of 9 %, so that
    particles share burn-ins, which depend on nothing else. With a `proposal` most values come from there,
    and first weights make up for it.
    """
    keys = list(uncertainty.priors)
    z, log_weights = np.zeros((n, 0)), np.zeros(n)
    if keys:
        sobol = qmc.Sobol(len(keys), scramble=True, rng=np.random.default_rng([seed, 1]))
        u = sobol.random_base2(max(0, (n - 1).bit_length()))[:n]
        z = stats.norm.ppf(np.clip(u, 1e-12, 1 - 1e-12))
        if proposal is not None:
            z, log_weights = proposal.move(z)
        order = np.argsort(z[:, 0], kind="stable")
        z, log_weights = z[order], log_weights[order]
    u = stats.norm.cdf(z)
    draws = []
    for i in range(n):
        values: dict[str, Any] = {}
        if uncertainty.sample:
            values |= zip(uncertainty.keys, uncertainty.sample[i % len(uncertainty.sample)], strict=True)
        for k, key in enumerate(keys):
            prior = uncertainty.priors[key]
            values[key] = prior.whole_at(u[i, k]) if key in whole else prior.at(float(u[i, k]))
            if key == SHARED:
                values[key] = min(max(_level(values[key]), prior.low), prior.high)
        values = {key: round(value) if key in whole else value for key, value in values.items()}
        draws.append(Draw(values, fresh_seed(seed, i + 1), float(log_weights[i]), tuple(z[i])))
    return draws


def _level(pace: float) -> float:
    """The nearest power of 2 ** (1 / LEVELS) to the pace: at most 4.5 % away."""
    return float(f"{2.0 ** (round(LEVELS * math.log2(pace)) / LEVELS):.4g}") if pace > 0 else 0.0


@dataclass(frozen=True)
class Proposal:
    """Where a pilot run found the parameters, in normal scores of the prior: a normal law beside the prior.

    A quarter of the particles still comes from the prior, so that no weight exceeds 4 (Hesterberg 1995,
    "Weighted average importance sampling and defensive mixture distributions").
    """

    mean: NDArray[np.float64]
    covariance: NDArray[np.float64]

    @classmethod
    def of(cls, z: NDArray[np.float64], weights: NDArray[np.float64]) -> Proposal:
        """From the scores of particles float64[n, keys] and their weights; wider than they are."""
        mean = weights @ z
        spread = (z - mean).T @ ((z - mean) * weights[:, None])
        return cls(mean, WIDER * spread + FLOOR * np.eye(mean.size))

    def move(self, z: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Standard normal scores moved to the mixture, and the log weight of each: prior over mixture."""
        from_prior = np.arange(len(z)) % round(1 / DEFENSIVE) == 0
        moved = np.where(from_prior[:, None], z, self.mean + z @ np.linalg.cholesky(self.covariance).T)
        share = from_prior.mean()
        prior = stats.norm.logpdf(moved).sum(axis=1)
        here = np.atleast_1d(stats.multivariate_normal.logpdf(moved, self.mean, self.covariance))
        return moved, prior - np.logaddexp(np.log(share) + prior, np.log1p(-share) + here)


def scenario_with(scenario: Scenario, values: Mapping[str, Any]) -> Scenario:
    """The scenario with these keys set. Raises InputError."""
    if not values:
        return scenario
    if values.keys() <= PACES.keys():  # by far the most common case, and kept in bounds by the prior
        named = {key.partition(".")[2]: value for key, value in values.items()}
        return scenario.model_copy(update={"pace": scenario.pace.model_copy(update=named)})
    plain = scenario.model_dump(mode="json")
    return scenario_from(settle(with_settings(plain, dict(values)), Scenario))


@dataclass
class Weights:
    """Log weights of particles, float64[n]; the weights themselves always add up to 1."""

    log: NDArray[np.float64]

    @property
    def normal(self) -> NDArray[np.float64]:
        """Weights that add up to 1."""
        return np.exp(self.log)

    @property
    def effective(self) -> float:
        """Effective sample size: 1 / sum of squares."""
        return float(1.0 / np.sum(self.normal**2))

    def multiply(self, log_factor: NDArray[np.float64]) -> float:
        """Multiply by factors (float64[n], logs) and return the log of their weighted mean.

        If that is -inf, nothing changes.
        """
        new = self.log + log_factor
        total = float(np.logaddexp.reduce(new))
        if np.isfinite(total):
            self.log = new - total
        return total


def systematic(weights: NDArray[np.float64], u: float) -> NDArray[np.int64]:
    """Systematic resampling (Kitagawa 1996): place of the parent of each of n offspring, in order.

    `weights` add up to 1; one uniform `u` moves all n points. Particle i gets floor or ceil of n * w_i.
    """
    n = weights.size
    points = (np.arange(n) + u) / n
    return np.minimum(np.searchsorted(np.cumsum(weights), points), n - 1)


def offspring(particles: Sequence[Particle], parents: NDArray[np.int64], day: int) -> list[Particle]:
    """Particles in the places of their parents: the first of a parent goes on, copies get fresh luck.

    `parents`: int64[n], a place for each of n particles. There are as many copies as particles without
    offspring, whose memory they take.
    """
    new: list[Particle] = []
    used: set[int] = set()
    without = np.setdiff1d(np.arange(len(particles)), parents)
    childless = [particles[k].model for k in without.tolist()]
    for place, parent in enumerate(parents.tolist()):
        old = particles[parent]
        if parent in used:
            luck = (day << 16) | (place + 1)
            copied = old.model.branch(luck=luck, room=childless.pop())
            new.append(Particle(copied, old.draw, (*old.lineage, (day, luck))))
        else:
            new.append(old)
        used.add(parent)
    return new
