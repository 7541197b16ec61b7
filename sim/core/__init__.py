"""Floor 1: numpy and numba only. Luck, ties and the residents' daily kernel."""
