"""`python -m sim` is the command `hudna`."""

from sim.cli import entry

entry()
