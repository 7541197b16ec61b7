"""The targets that several modules ask for; sources in docs/patterns.md."""

BROKEN_BY = {30: (0.13, 0.67), 90: (0.20, 0.73), 180: (0.27, 0.80), 365: (0.53, 1.00)}  # P1
SHAPE = (0.33, 0.80)  # P2
BRANCHING, MEMORY_DAYS = (0.37, 0.50), (14.0, 42.0)  # P3
WEEKS, EVENTS, DEATHS, EMPTY = 13, 16, 81, 3  # P8
