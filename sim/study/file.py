"""A plan turned back into a study file, for `hudna sweep --study FILE` to ask the same question again."""

from __future__ import annotations

from typing import Any

from sim.study.plan import Plan
from sim.study.settings import Study


def study_values(plan: Plan) -> dict[str, Any] | None:
    """The plain values of a study file that gives the same points, without those at their defaults.

    A sampled design is written as its samples, in lists that are read together (`design: zip`). None for one
    with a repeated value, which no such file can express; design.parquet holds its points.
    """
    usual = Study().model_dump(mode="json")
    own = plan.study.model_dump(mode="json", exclude={"engine", "base", "factors"})
    found = {key: value for key, value in own.items() if value != usual[key]}
    if plan.fixed:
        found["base"] = list(plan.fixed)
    factors, codes = plan.points.factors, plan.points.codes
    if plan.study.design == "grid":
        lists = {factor.key: list(factor.values) for factor in factors}
    else:
        lists = {each.key: [each.values[code] for code in codes[:, k]] for k, each in enumerate(factors)}
        if any(len(each.values) < plan.n_points for each in factors):
            return None
        found["design"] = "zip"
        found.pop("points", None)
        found.pop("design_seed", None)
    if lists:
        found["factors"] = lists
    order = ("question", "base", "factors", "design")
    return {key: found[key] for key in (*order, *(key for key in found if key not in order)) if key in found}
