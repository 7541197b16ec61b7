"""Figures: one function per figure, from tables to a matplotlib Figure. `registry.py` lists them all."""
