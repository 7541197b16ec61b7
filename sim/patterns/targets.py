"""The targets that several modules ask for; sources in docs/patterns.md."""

BROKEN_BY = {30: (0.13, 0.67), 90: (0.20, 0.73), 180: (0.27, 0.80), 365: (0.53, 1.00)}  # P1
SHAPE = (0.33, 0.80)  # P2
BRANCHING, MEMORY_DAYS = (0.37, 0.50), (14.0, 42.0)  # P3
CAPTIVITY_DAYS, ANSWERED = (5.0, 9.0), (0.0, 0.2)  # P4: the median without rank; share of abductions answered
DEFECTIONS = (0.7e-4, 2.6e-4)  # P7, an officer and day
WEEKS, EVENTS, DEATHS, EMPTY = 13, 16, 81, 3  # P8
PRESSED_WEEKS = 11  # P9: the siege or assault phase, and so much of P10
PRESSED_EVENTS, PRESSED_DEATHS, PRESSED_MOST, PRESSED_EMPTY = 3.73, 17.9, 54, 1  # the first two a week
SHELLED_HELD, SHELLED_PRESSED = 0.43, 0.63  # P10
OCCUPIED_WEEKS = 34  # P11: the town held by the army
OCCUPIED_EVENTS, OCCUPIED_DEATHS, OCCUPIED_EMPTY = 0.47, 3.0, 24  # the first two a week
GAPS, GAP_MEDIAN, GAP_LEAST, GAP_MOST = 6, 62, 27, 122  # P12, days
STORMS, STORM_LEAST, STORM_MOST = 4, 28, 145  # P13, dead
FALLS, FALL_DAYS = 3, (0.0, 5.0)  # P13, of storms that succeed
STANDING_DAYS, STANDING = 180, (0.1, 1.0)  # P14
FOLLOWED, FOLLOWED_AFTER = (
    (0.0, 0.84),
    (13.0, float("inf")),
)  # P15: bounds, since the ceasefires were chosen as failed
STRAINED, LOWEST_PASSAGE, FEUD_ANSWERS, THIRD_ENDING = (
    (0.0, 1 / 3),
    (0.6, 1.0),
    (1 / 3, 1.0),
    (0.05, 1.0),
)  # T1 to T4: what a truce that holds itself up should show, assumed
TRUCES = 19  # P16
TRUCE_RATIO, TRUCE_QUARTILES, TRUCE_FIRST_DAY, TRUCE_FIRST_WEEK, TRUCE_DISPERSION = (
    0.26,
    (0.11, 0.69),
    9,
    0.47,
    1.4,
)
