"""A run that fails becomes a row; one that kills its workers is blamed and set aside alone."""

import os

import pytest

from sim.cli import main
from tests.study.studies import ROOT, SERIAL, STUDY, N, command, n_parts, rows

POISON = """
import sys
if "sim.engines.worker" in sys.orig_argv:
    import os, sim.model
    run_model = sim.model.TruceModel.run_model
    def poisoned(self):
        if self.scenario.seed == 17 and self.scenario.events.kidnapping.base > 0.1:
            os.kill(os.getpid(), 9)
        run_model(self)
    sim.model.TruceModel.run_model = poisoned
"""


@pytest.mark.slow
def test_a_run_that_kills_its_workers_is_blamed_and_set_aside_alone(undisturbed, tmp_path):
    preload = tmp_path / "preload"
    preload.mkdir()
    (preload / "sitecustomize.py").write_text(POISON)
    out = tmp_path / "study"
    search = f"{preload}{os.pathsep}{ROOT}"
    process = command("sweep", *STUDY, "engine.workers=2", "--out", out, env={"PYTHONPATH": search})
    said, err = process.communicate(timeout=180)
    assert process.returncode == 1, err
    assert "1 runs failed" in said
    ours, theirs = rows(out), rows(undisturbed)
    (bad,) = [k for k, row in enumerate(ours) if row["status"] != "ok"]
    assert (ours[bad]["point"], ours[bad]["run"], ours[bad]["status"]) == (1, 17, "killed")
    assert "killed every worker" in ours[bad]["error"]
    assert str([row for k, row in enumerate(ours) if k != bad]) == str(
        [row for k, row in enumerate(theirs) if k != bad]
    )
    assert rows(out, "points")[0] == rows(undisturbed, "points")[0]
    assert (rows(out, "points")[1]["n"], rows(out, "points")[1]["failed"]) == (N - 1, 1)


def test_a_failed_run_becomes_a_row_and_the_study_goes_on(undisturbed, tmp_path, monkeypatch, capsys):
    _fail_at(monkeypatch, 5)
    out = tmp_path / "study"
    assert main(["sweep", *STUDY, SERIAL, "--out", str(out)]) == 1
    assert "2 runs failed" in capsys.readouterr().out
    bad = [row for row in rows(out) if row["status"] != "ok"]
    assert [(row["point"], row["run"], row["seed"], row["status"]) for row in bad] == [
        (0, 5, 5, "failed"),
        (1, 5, 5, "failed"),
    ]
    assert bad[0]["error"].startswith("ZeroDivisionError: one is by zero")
    assert bad[0]["broke"] is None
    ours = [row for row in rows(out) if row["status"] == "ok"]
    assert str(ours) == str([row for row in rows(undisturbed) if row["run"] != 5])
    assert [(row["n"], row["failed"]) for row in rows(out, "points")] == [(N - 1, 1), (N - 1, 1)]
    assert {row["n"] for row in rows(out, "differences")} == {N - 1}
    assert main(["resume", str(out)]) == 1


def _fail_at(monkeypatch, seed):
    import sim.study.runner as runner

    class Failing(runner.TruceModel):
        def run_model(self):
            if self.scenario.seed == seed:
                raise ZeroDivisionError("one is\nby zero")
            super().run_model()

    monkeypatch.setattr(runner, "TruceModel", Failing)


def test_fail_fast_stops_at_the_first_failed_run_and_can_be_resumed(tmp_path, monkeypatch, capsys):
    _fail_at(monkeypatch, 5)
    out = tmp_path / "study"
    assert main(["sweep", *STUDY, SERIAL, "--fail-fast", "--out", str(out)]) == 1
    assert "--fail-fast" in capsys.readouterr().err
    assert n_parts(out) == 1
    assert main(["resume", str(out)]) == 1
    assert len(rows(out)) == 2 * N
