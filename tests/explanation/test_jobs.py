"""Which reruns are asked for, what is kept of them, and how far they are: no history is run here."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from sim.errors import InputError, Unfinished
from sim.explanation import study
from sim.explanation.changes import Change
from sim.explanation.events import MOST_EVENTS
from sim.explanation.history import check_replicates, jobs_of, reruns_table
from sim.explanation.kept import digest_of, kept, kept_in
from sim.explanation.rerun import Job
from sim.explanation.sample import Broken, Sample, sample_of
from sim.explanation.spread import Execution, Tally, done
from sim.explanation.trials import Trial
from tests.conftest import tiny

EARLY = Change("measure", "pact", "with a pact", 2, 5)
LATE = Change("event", "7", "without it", 9, 9, without=(7,))


def row(replicate, **more):
    return {"replicate": replicate, "broke": True, "first_break_day": 9.0, "ending": "feud", **more}


def test_each_change_is_rerun_and_the_unchanged_once_for_each_day_of_fresh_luck():
    same = Change("measure", "relief", "with relief", 5, 5)
    jobs = jobs_of(tiny(), [LATE, EARLY, same], 3)
    assert [job.place for job in jobs] == list(range(5))
    assert [(job.until, job.change) for job in jobs] == [
        (5, EARLY), (5, None), (5, same), (9, None), (9, LATE),
    ]  # fmt: skip
    assert {job.replicates for job in jobs} == {3}
    assert [list(jobs[0].lucks), jobs[0].label, jobs[1].label] == [
        [0, 1, 2, 3],
        "measure-pact",
        "unchanged-5",
    ]
    found = [[row(1, deaths=place, departed=0), row(0, deaths=place, departed=0)] for place in range(5)]
    table = reruns_table(jobs, [LATE, EARLY, same], found)
    keys = table[["change", "day", "replicate", "deaths"]].values.tolist()
    assert keys == [
        [-1, 5, 0, 1], [-1, 5, 1, 1], [-1, 9, 0, 3], [-1, 9, 1, 3], [0, 9, 0, 4], [0, 9, 1, 4],
        [1, 5, 0, 0], [1, 5, 1, 0], [2, 5, 0, 2], [2, 5, 1, 2],
    ]  # fmt: skip


def test_a_study_reruns_each_history_unchanged_at_each_start_that_something_has():
    trials = [Trial("measure", "pact", 0), Trial("measure", "pact", 28), Trial("measure", "relief", 28)]
    histories = [Broken(0, 4, 30, "feud", tiny()), Broken(1, 2, 20, "siege", tiny({"seed": 5}))]
    jobs, places = study.jobs_of(Sample(histories, 2, 9, ""), trials, 3)
    assert [(at.history, at.lead, at.trial) for at in places] == [
        (0, 0, -1), (0, 0, 0), (0, 28, -1), (0, 28, 1), (0, 28, 2), (1, 0, -1), (1, 0, 0),
    ]  # fmt: skip
    assert [job.place for job in jobs] == list(range(7))
    assert [job.until for job in jobs] == [1, 1, 2, 2, 2, 1, 1]
    assert [job.change is None for job in jobs] == [at.trial == -1 for at in places]
    assert [list(job.lucks) for job in (jobs[0], jobs[2])] == [[0, 1, 2, 3], [1, 2, 3]]
    assert jobs[0].scenario != jobs[5].scenario


def test_a_history_that_comes_out_otherwise_is_refused():
    of = Sample([Broken(0, 4, 30, "feud", tiny())], 2, 9, "")
    for trial, replicate, day in ((-1, 0, 30.0), (-1, 1, 31.0), (0, 0, 31.0)):
        reruns = pd.DataFrame([{"trial": trial, "history": 0, **row(replicate, first_break_day=day)}])
        study._check("study", of, reruns)
    for day, says in ((31.0, "breaks on day 31 here"), (float("nan"), "holds here")):
        reruns = pd.DataFrame([{"trial": -1, "history": 0, **row(0, first_break_day=day)}])
        with pytest.raises(InputError, match=f"run 4 of point 0 broke on day 30 there and {says}"):
            study._check("study", of, reruns)


def test_numbers_that_are_out_of_range_are_refused(tmp_path):
    for n in (0, 10_001):
        with pytest.raises(InputError, match="right would be 1 to 10,000"):
            check_replicates(n)
    check_replicates(1)
    check_replicates(10_000)
    with pytest.raises(InputError, match="needs at least 2"):
        sample_of(tmp_path, 1)
    with pytest.raises(InputError, match="holds no study"):
        sample_of(tmp_path, 2)
    assert MOST_EVENTS == 15


def job(place, until=3, change=None):
    return Job(place, "{}", until, 2, change)


def test_what_decides_the_reruns_names_the_folder_that_keeps_them(tmp_path):
    first = digest_of([job(0), job(1, change=LATE)])
    others = [[job(0)], [job(0), job(1, change=EARLY)], [job(0, 4), job(1, change=LATE)]]
    assert len({first, *(digest_of(jobs) for jobs in others)}) == 4
    assert digest_of([job(5), job(7, change=LATE)]) == first  # a place decides nothing
    with kept(tmp_path, [job(0)]) as found:
        assert found.folder == tmp_path / f".explain-{digest_of([job(0)])[:16]}"


def test_what_is_kept_is_there_again_but_for_a_line_that_is_not_whole(tmp_path):
    folder = tmp_path / "kept"
    with kept_in(folder) as found:
        assert found.done == {}
        found.add(2, [row(0)])
        found.add(0, [row(1)])
    lines = (folder / "reruns.jsonl").read_text()
    assert [json.loads(line)[0] for line in lines.splitlines()] == [2, 0]
    for torn in ("", "[1, [", "no json\n[3, []]\n"):
        (folder / "reruns.jsonl").write_text(lines + torn)
        with kept_in(folder) as found:
            assert found.done == {2: [row(0)], 0: [row(1)]}
            assert (folder / "reruns.jsonl").read_text() == lines
    with kept_in(folder) as found:
        found.drop()
        assert not folder.exists()


def test_where_nothing_can_be_kept_that_is_said(tmp_path):
    (tmp_path / "file").touch()
    no_folder = pytest.raises(InputError, match=r"file: cannot be written \((File exists|Not a directory)\)")
    with no_folder, kept_in(tmp_path / "file" / "kept"):
        pass
    with kept_in(tmp_path / "kept") as found:
        found.folder = tmp_path / "gone"
        with pytest.raises(Unfinished, match="0 jobs are kept; the same command goes on"):
            found.add(0, [])
        assert found.done == {}


class Given(Job):
    """A job that is done at once."""

    def do(self):
        return self.place, [row(k, deaths=self.place) for k in self.lucks]


def test_what_is_kept_is_not_done_again_and_each_is_told(tmp_path):
    jobs = [Given(k, "{}", 3, replicates, None) for k, replicates in enumerate((1, 0, 2))]
    heard = []

    def tell(tally: Tally):
        heard.append((tally.expected, tally.n_done, tally.n_ok, tally.n_broke, tally.n_failed))

    with kept(tmp_path, jobs) as found:
        found.add(1, ["kept"])
    with done(jobs, Execution(tell=tell, beside=tmp_path)) as rows:
        assert rows == [jobs[0].do()[1], ["kept"], jobs[2].do()[1]]
        assert len(list(tmp_path.iterdir())) == 1
    assert [each[:2] for each in heard] == [(6, 1), (6, 3), (6, 6)]
    assert {each[2:] for each in heard} == {(0, 0, 0)}
    assert list(tmp_path.iterdir()) == []
    with done(jobs, Execution()) as rows:
        assert [len(each) for each in rows] == [2, 1, 3]
    with done([], Execution()) as rows:
        assert rows == []
