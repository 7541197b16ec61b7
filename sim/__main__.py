"""`python -m sim` is the command `hudna`."""

import sys
from pathlib import Path

# Python looks for modules in the current folder first: a numpy.py that lies there must not be taken for numpy
if sys.path and Path(sys.path[0]).resolve() == Path.cwd() != Path(__file__).resolve().parents[1]:
    del sys.path[0]

from sim.cli import entry

entry()
