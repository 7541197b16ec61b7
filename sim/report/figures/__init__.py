"""Figures: one function a figure, from tables to a matplotlib Figure. `registry.py` lists them all."""
