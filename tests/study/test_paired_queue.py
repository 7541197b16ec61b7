"""Runs go to the comparisons that are still open, and nothing depends on who was quicker."""

import random
import sys

import pandas as pd
import pytest

from benchmarks.allocation import pairs_of, replay
from sim.cli import main
from sim.study.paired_queue import PairedQueue, is_settled, next_step, paired_ends, queue_of
from sim.study.run_queue import RunQueue, Shard, Tally
from tests.study.studies import SMALL, StopError, assert_same, done, plan_of, rows

NINE = "events.kidnapping.base=0.01,0.02,0.03,0.04,0.05,0.06,0.07,0.08,0.09"
# chance that a pair breaks with the variant alone, and at the base alone: most variants do little
DISCORDANT = [(0, 0), (0.01, 0.01), (0.02, 0.01), (0.0, 0.02), (0.02, 0.3), (0.04, 0.03), (0.01, 0.12),
              (0.15, 0.15), (0.0, 0.01)]  # fmt: skip


def planted(point, run):
    """Whether run k of a point broke: the base in half of its runs, variants as DISCORDANT says."""
    base = random.Random(run).random() < 0.5
    up, down = DISCORDANT[point]
    u = random.Random(1000 * run + point).random()
    if base:
        return not u < 2 * down
    return u < 2 * up


def work_off(queue, shuffled=None):
    """Do all runs of a queue at once, in its order or another one; the runs by point."""
    held = {point: set() for point in range(queue.plan.n_points)}
    while chunks := list(queue):
        if shuffled:
            shuffled.shuffle(chunks)
        for chunk in chunks:
            for point, run in chunk:
                assert run not in held[point]
                held[point].add(run)
            queue.note([Tally(point, run, True, planted(point, run)) for point, run in chunk])
    return held


@pytest.fixture(scope="module")
def plan():
    return plan_of(NINE, "precision=0.02", "precision_of=difference", "runs=100", "batch=50", "max_runs=5000")


def test_it_takes_at_most_half_the_runs_of_equal_allocation_for_the_same_precision(plan):
    queue = queue_of(plan)
    assert isinstance(queue, PairedQueue)
    held = work_off(queue)
    n = {point: len(runs) for point, runs in held.items()}
    assert all(queue.closed[point] for point in range(1, 9))
    assert sum(n.values()) <= 0.5 * 9 * max(n.values())
    assert n[0] == max(n.values())  # the base is in every pair


def test_on_the_shares_of_a_real_study_it_takes_under_half_of_what_one_width_for_all_would(monkeypatch):
    """Pairs as discordant as those of the eight measures in al-Rastan (`experiments/measures_alone`)."""
    up = (0, 1, 0, 1, 2, 1, 0, 5, 0)
    down = (0, 65, 13, 0, 74, 37, 0, 11, 34)
    shares = [(one / 400, other / 400) for one, other in zip(up, down, strict=True)]
    monkeypatch.setattr(sys.modules[__name__], "DISCORDANT", shares)
    asked = plan_of(NINE, "precision=0.04", "precision_of=difference", "max_runs=5000")
    n = {point: len(runs) for point, runs in work_off(queue_of(asked)).items()}
    widest = max(needed(one, other, 0.04) for one, other in shares[1:])
    assert sum(n.values()) <= 0.5 * 9 * widest


def test_a_replay_of_stored_runs_takes_as_many_as_the_queue_took(tmp_path):
    asked = plan_of(NINE, "precision=0.05", "precision_of=difference", "runs=60", "batch=20", "max_runs=5000")
    taken = {point: len(runs) for point, runs in work_off(queue_of(asked)).items()}
    table = [(point, run, "ok", planted(point, run)) for point in range(9) for run in range(2000)]
    columns = ["point", "run", "status", "broke"]
    pd.DataFrame(table, columns=columns).to_parquet(tmp_path / "runs.parquet")
    found = replay(pairs_of(tmp_path), 0.05, 60, 20)
    assert found["sequential"] == sum(taken.values())
    # each variant is narrow at its own n, or would be settled: all together take the longest of them
    assert found["sequential"] < found["equal, same rule"] <= found["equal, by width"]
    assert found["sequential"] <= found["sequential, by width"] <= found["equal, by width"]
    few = [pairs[:60] for pairs in pairs_of(tmp_path)]
    assert replay(few, 0.01, 60, 20)["equal, by width"] is None


def test_the_last_batch_is_no_longer_than_needed_as_far_as_can_be_seen():
    assert next_step(10, 10, 100, 0.01, 20) == 20
    n = needed(0.05, 0.05, 0.03)
    assert next_step(round(0.05 * n), round(0.05 * n), n - 3, 0.03, 20) in (5, 10)
    assert next_step(0, 0, 90, 0.03, 100) == 25
    assert next_step(0, 0, 90, 0.03, 1) == 1


def needed(up, down, precision):
    """Pairs that it takes until the interval is so narrow, where so large shares of them are discordant."""
    return next(n for n in range(1, 10**5) if is_narrow(round(up * n), round(down * n), n, precision))


def is_narrow(up, down, n, precision):
    """Whether the paired interval is as narrow as asked for."""
    low, high = paired_ends(up, down, n)
    return (high - low) / 2 <= precision


def test_each_comparison_has_the_precision_or_is_clear_of_0(plan):
    held = work_off(queue_of(plan))
    for point in range(1, 9):
        pairs = [(planted(point, run), planted(0, run)) for run in held[point]]
        up, down = (sum(a > b for a, b in pairs), sum(b > a for a, b in pairs))
        low, high = paired_ends(up, down, len(pairs))
        assert (high - low) / 2 <= 0.02 or low > 0 or high < 0


def test_which_runs_are_done_depends_neither_on_their_order_nor_on_stops(plan):
    usual = work_off(queue_of(plan))
    assert work_off(queue_of(plan), random.Random(7)) == usual
    first = queue_of(plan)
    some = [key for chunk in list(first)[::3] for key in chunk]
    some += [(7, 100), (7, 101)]  # of a later batch, done before the stop
    kept = [Tally(point, run, True, planted(point, run)) for point, run in some]
    later = work_off(queue_of(plan, kept))
    for point, run in some:
        later[point].add(run)
    assert later == usual


def test_points_that_never_run_do_not_go_on_for_ever(plan):
    queue = queue_of(plan)
    n = 0
    while chunks := list(queue):
        for chunk in chunks:
            n += len(chunk)
            queue.note([Tally(point, run, point != 3, planted(point, run)) for point, run in chunk])
    assert queue.closed[3] is False
    assert n < 9 * 5000


def test_looking_after_every_batch_calls_a_null_clear_in_less_than_one_case_in_twenty():
    clear = 0
    for trial in range(300):
        rng = random.Random(trial)
        up = down = 0
        for n in range(1, 2001):
            u = rng.random()
            up, down = up + (u < 0.1), down + (0.1 <= u < 0.2)
            if n % 50 == 0:
                low, high = paired_ends(up, down, n, 3.29)
                if low > 0 or high < 0:
                    clear += 1
                    break
    assert clear <= 15


def test_a_narrow_interval_settles_and_no_pair_does_not():
    assert is_settled(0, 0, 500, 0.01)
    assert not is_settled(50, 50, 200, 0.01)
    assert is_settled(5, 60, 200, 0.001)
    assert not is_settled(0, 0, 0, 0.01)


def test_a_share_is_still_asked_about_as_before():
    assert type(queue_of(plan_of(NINE, "precision=0.1"))) is RunQueue


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (["precision_of=difference"], "needs precision"),
        (["precision_of=difference", "precision=0.1", "luck=independent"], "leave luck=common"),
        (["runs_per_draw=4"], "is for a study with uncertainty"),
    ],
)
def test_what_does_not_fit_is_one_line(asked, says, capsys):
    assert main(["sweep", *SMALL, NINE, *asked]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert says in line


def test_shards_are_refused(plan):
    with pytest.raises(Exception, match="decides over all points"):
        queue_of(plan, (), Shard(1, 2))


def test_a_study_that_was_stopped_ends_with_equal_tables_and_says_what_is_open(tmp_path):
    asked = [*SMALL, "events.kidnapping.base=0.02,0.021,0.3", "truce.feud.bar=4", "keep=rows",
             "precision=0.12", "precision_of=difference", "runs=10", "batch=10", "max_runs=40"]  # fmt: skip
    store = done(tmp_path / "one", *asked)
    n_told = iter(range(1000))

    def stop(_queue):
        if next(n_told) > 3:
            raise StopError

    with pytest.raises(StopError):
        done(tmp_path / "two", *asked, tell=stop)
    again = done(tmp_path / "two", *asked)
    assert_same(store.folder, again.folder)
    n = [row["n"] for row in rows(store.folder, "points")]
    assert n[0] == max(n)
    held = {point: {} for point in range(3)}
    for row in rows(store.folder):
        held[row["point"]][row["run"]] = row["broke"]
    for point in (1, 2):
        pairs = [(held[point][run], held[0][run]) for run in held[point]]
        up, down = (sum(a > b for a, b in pairs), sum(b > a for a, b in pairs))
        assert is_settled(up, down, len(pairs), 0.12) or n[point] == 40
    assert max(n) > 10  # ten pairs are too few for any: the queue went on while it was worked off
    from sim.report.study_lines import study_lines

    text = "\n".join(study_lines(store))
    assert "Compared with kidnapping base rate 0.02" in text
    assert (
        "clear of 0, or known to within 12 points" in text
        or "more runs needed to settle within 12 points" in text
    )
