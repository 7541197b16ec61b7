"""The small study and run of the tests of figures, here too."""

from tests.figures.conftest import run_folder, study

__all__ = ["run_folder", "study"]
