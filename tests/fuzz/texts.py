"""Sound files, to be spoilt: a study, a calibration, an uncertainty, a scenario."""

STUDY_TEXT = """question: Does it matter?
base: [scenario=small_town, days=20]
factors:
  events.kidnapping.base: [0.01, 0.02]
  days: [10, 20]
design: grid
runs: 4
keep: rows
engine: {name: serial}
"""
CALIBRATION_TEXT = """question: Which pace agrees?
base: [scenario=small_town, days=91]
priors:
  pace.factions: {distribution: log_uniform, low: 0.03, high: 3}
  grievances.memory_days: {low: 10, high: 60}
targets:
  record_events: {observed: 13}
  broken: {low: 0.1, high: 0.9}
trajectories: 2
points: 48
runs: 8
candidates: 20000
"""
UNCERTAINTY_TEXT = """says: what is not known
keys: [pace.factions, grievances.memory_days]
sample:
- [0.5, 20.0]
- [1.5, 30]
- [1e-1, 12.25]
"""
SCENARIO_TEXT = """# @package _global_
name: ours
days: 30
reference_residents: 5000
city:
  n_residents: 5000
  n_quarters: 12
passage: {start: 0.5}
events:
  kidnapping:
    base: 0.3
    at: [3, 5]
"""
