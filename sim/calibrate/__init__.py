"""Fitting assumed parameters to patterns: screen, emulate, match, and say what cannot be known."""
