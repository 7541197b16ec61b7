"""Fitting assumed parameters to patterns: screening, emulation, history matching, and what stays unknown."""
