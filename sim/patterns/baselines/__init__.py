"""Baselines: what a constant hazard, a Weibull, a Poisson and a Hawkes process make of the same targets.

The model has to be asked what it knows beyond them; docs/baselines.md says where they do as well.
"""
