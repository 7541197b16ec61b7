"""The targets that several modules ask for; sources in docs/patterns.md."""

BROKEN_BY = {30: (0.13, 0.67), 90: (0.20, 0.73), 180: (0.27, 0.80), 365: (0.53, 1.00)}  # P1
SHAPE = (0.33, 0.80)  # P2
BRANCHING, MEMORY_DAYS = (0.37, 0.50), (14.0, 42.0)  # P3
CAPTIVITY_DAYS, ANSWERED = (5.0, 9.0), (0.0, 0.2)  # P4: the median without rank; share of abductions answered
DEFECTIONS = (0.7e-4, 2.6e-4)  # P7, an officer and day
WEEKS, EVENTS, DEATHS, EMPTY = 13, 16, 81, 3  # P8
