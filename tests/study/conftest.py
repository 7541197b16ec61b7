"""One undisturbed serial study, for comparison."""

import pytest

from tests.study.studies import STUDY, done


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory):
    """The folder of a study done in one process without a stop."""
    folder = tmp_path_factory.mktemp("undisturbed") / "study"
    done(folder, *STUDY)
    return folder
