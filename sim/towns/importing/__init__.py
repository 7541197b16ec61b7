"""Recorded events of known sources, turned into `events.csv`: UCDP, ACLED, Iraq Body Count, plain tables."""
