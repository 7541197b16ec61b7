"""Whatever stops an explanation, the same command goes on: no rerun is lost or doubled, to the last bit."""

from __future__ import annotations

import signal

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from sim.cli import main
from sim.errors import InputError
from sim.explanation.history import explained as explaining
from sim.explanation.kept import kept
from sim.explanation.rerun import Job
from sim.explanation.spread import Execution
from tests.conftest import tiny
from tests.explanation.histories import ONE, TWO_WORKERS
from tests.study.studies import SMALL, StopError, command, wait_until

pytestmark = pytest.mark.xdist_group("explanation_resume")  # what the module makes is made once

ASKED = [*SMALL, "events.kidnapping.at=[5]", "events.kidnapping.breach=9", "--replicates", "3"]
LEFT = ".explain-*/reruns.jsonl"


def stopped(folder, n_jobs):
    """Explain the planted history, and stop when so many jobs are done."""
    seen = []

    def tell(tally):
        seen.append(tally.n_done)
        if len(seen) > n_jobs:
            raise StopError

    with (
        pytest.raises(StopError),
        explaining(tiny(ONE), replicates=2, how=Execution(tell=tell, beside=folder)),
    ):
        pass
    return seen


def went_on(folder, engine=None):
    """The reruns of the same explanation, and how many were there when it went on."""
    seen = []
    how = Execution(tell=lambda tally: seen.append(tally.n_done), beside=folder)
    how = Execution(engine, how.tell, folder) if engine else how
    with explaining(tiny(ONE), replicates=2, how=how) as found:
        assert list(folder.glob(LEFT))
    assert not list(folder.iterdir())  # the results stand
    return found.reruns, seen[0]


@pytest.fixture(scope="module")
def whole():
    with explaining(tiny(ONE), replicates=2) as found:
        return found.reruns


def test_it_goes_on_with_what_is_done_and_comes_out_the_same(whole, tmp_path):
    assert stopped(tmp_path, 4)[-1] == 4 * 3
    assert stopped(tmp_path, 3)[0] == 4 * 3
    reruns, there = went_on(tmp_path)
    assert there == 7 * 3
    assert_frame_equal(reruns, whole)


def test_another_engine_may_go_on(whole, tmp_path):
    stopped(tmp_path, 20)
    reruns, there = went_on(tmp_path, TWO_WORKERS)
    assert there == 20 * 3
    assert_frame_equal(reruns, whole)


def test_a_line_that_was_not_written_whole_does_not_count(whole, tmp_path):
    stopped(tmp_path, 5)
    (left,) = tmp_path.glob(LEFT)
    text = left.read_text()
    left.write_text(text[: text.rindex("}") - 9])
    reruns, there = went_on(tmp_path)
    assert there == 4 * 3
    assert_frame_equal(reruns, whole)


def test_what_is_kept_of_another_explanation_is_not_taken(tmp_path):
    text = tiny(ONE).model_dump_json()
    jobs = [[Job(0, text, day, 2, None)] for day in (1, 2)]
    with kept(tmp_path, jobs[0]) as first:
        first.add(0, [{"replicate": 0}])
    with kept(tmp_path, jobs[1]) as second:
        assert second.done == {}
    with kept(tmp_path, jobs[0]) as again:
        assert again.done == {0: [{"replicate": 0}]}
        with pytest.raises(InputError, match="another process writes to it"), kept(tmp_path, jobs[0]):
            pass


def _size(path):
    return path.stat().st_size


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("explained") / "why"
    assert main(["explain", *ASKED, "--engine", "serial", "--out", str(folder)]) == 0
    return folder


@pytest.mark.parametrize(
    ("number", "status", "engine"),
    [
        (signal.SIGKILL, -9, ["--workers", "2"]),
        pytest.param(signal.SIGINT, 130, ["--workers", "2"], marks=pytest.mark.slow),
        (signal.SIGTERM, 3, ["--engine", "serial"]),
    ],
)
def test_a_process_that_is_stopped_is_gone_on_with_by_the_same_command(
    number, status, engine, undisturbed, tmp_path
):
    out = tmp_path / "why"
    process = command("explain", *ASKED, *engine, "--out", out)
    wait_until(lambda: any(map(_size, tmp_path.glob(LEFT))) or process.poll() is not None, 300)
    process.send_signal(number)
    _, err = process.communicate(timeout=300)
    assert process.returncode == status, err
    assert not out.exists()
    assert number == signal.SIGKILL or "the same command goes on" in err
    assert "Traceback" not in err
    (left,) = tmp_path.glob(LEFT)
    n_kept = len(left.read_text().splitlines())
    assert n_kept >= 1
    assert main(["explain", *ASKED, "--engine", "serial", "--out", str(out)]) == 0
    for name in ("explain.parquet", "reruns.parquet", "explain.txt"):
        assert (out / name).read_bytes() == (undisturbed / name).read_bytes()
    reruns = pd.read_parquet(out / "reruns.parquet")
    assert not reruns.duplicated(["change", "day", "replicate"]).any()
