"""Study files to start from: complete, commented and ready to run."""

from __future__ import annotations

_HEAD = """# A study of Hudna. Change what you like, then: hudna sweep --study {file} --dry-run
# `hudna show parameters` lists every key, `hudna show measures` the protective measures.
"""

TEMPLATES = {
    "measures": _HEAD
    + """question: Does a mediation team from day 10 plus a pact hold the truce longer, at what cost in lives?
base:                              # what all runs have in common
  - scenario=small_town
  - measures.mediation.start_day=10
factors:                           # what is varied: all combinations
  measures.mediation.enabled: [false, true]
  measures.pact.enabled: [false, true]
runs: 200                          # histories of each variant, under the same luck
""",
    "sweep": _HEAD
    + """question: How does the rate of kidnappings affect how long the truce holds?
base:
  - scenario=small_town
factors:
  events.kidnapping.base: [0.02, 0.04, 0.08, 0.16]
runs: 100
""",
    "decision": _HEAD
    + """# Parameters are drawn from the posterior of the calibration, four histories per draw. `hudna decide`
# then says which measure has the least regret, and where the favourite fails.
question: Which protective measure should be taken while the parameters are unknown?
base:
  - scenario=small_town
uncertainty: [posterior]
design: zip                        # the first values together, then the second ones, ...
factors:
  measures.mediation.enabled: [false, true, false, false, false]
  measures.pact.enabled: [false, false, true, false, false]
  measures.containment.enabled: [false, false, false, true, true]
  measures.containment.start_day: [1, 1, 1, 1, 30]
runs: 400
runs_per_draw: 4                   # histories under each draw, so that luck is averaged
keep: rows
""",
}


def template(about: str, file: str) -> str:
    """The text of a study file. `about`: one of TEMPLATES; `file`: the name that its first line has.

    Raises KeyError for a template that is not there.
    """
    return TEMPLATES[about].replace("{file}", file)
