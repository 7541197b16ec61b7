"""`hudna verify`: the table it prints and the status it leaves with."""

import pytest

import sim.verify
from sim import cli
from sim.verify import CHECKS, Check, answers
from sim.verify.answer import compare_drawn, exact
from sim.verify.table import HEADS, table_of


def sound(runs):
    yield exact("what is exact", "1", f"{runs} runs", 1.0, 1.0)
    yield compare_drawn("what is drawn", "1/2", f"{runs} runs", 0.5, 0.51, 0.01)


def broken(runs):
    yield compare_drawn("what is broken", "1/2", f"{runs} runs", 0.5, 0.6, 0.01)


def verify(monkeypatch, *checks, arguments=()):
    monkeypatch.setattr(sim.verify, "CHECKS", tuple(Check(check, 2, 30) for check in checks))
    return cli.main(["verify", *arguments])


def test_it_prints_a_line_an_answer_and_leaves_with_0(monkeypatch, capsys):
    assert verify(monkeypatch, sound) == 0
    out, err = capsys.readouterr()
    assert [line.split("\t") for line in out.splitlines()] == [
        list(HEADS),
        ["what is exact", "1", "2 runs", "1", "1", "0", "absolute", "1e-05", "yes"],
        ["what is drawn", "1/2", "2 runs", "0.5", "0.51", "1", "standard errors", "4", "yes"],
    ]
    assert err == ""


def test_one_answer_that_is_missed_makes_it_leave_with_1(monkeypatch, capsys):
    assert verify(monkeypatch, sound, broken) == 1
    out, err = capsys.readouterr()
    assert [line.split("\t")[-1] for line in out.splitlines()] == ["pass", "yes", "yes", "NO"]
    assert err == "hudna: 1 of 3 known answers are missed\n"


def test_full_strength_takes_more_runs(monkeypatch, capsys):
    assert verify(monkeypatch, sound, arguments=["--full"]) == 0
    assert "30 runs" in capsys.readouterr().out
    assert all(check.full >= check.usual >= 1 for check in CHECKS)


def test_it_prints_markdown_when_asked(monkeypatch, capsys):
    assert verify(monkeypatch, sound, arguments=["--format", "markdown"]) == 0
    assert capsys.readouterr().out.startswith("| what | formula |")


@pytest.mark.slow
@pytest.mark.science
def test_every_known_answer_is_met_at_full_strength():
    found = list(answers(full=True))
    assert len(found) > 40
    missed = [row for row, answer in zip(table_of(found).rows, found, strict=True) if not answer.passes]
    assert missed == []
