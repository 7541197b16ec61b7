"""Numpy and numba only. Luck, ties and the residents' daily kernel."""
