"""Baselines: what a constant hazard, a Weibull, a Poisson and a Hawkes process give for the same targets.

They show what the model adds; docs/baselines.md says where they do as well.
"""
