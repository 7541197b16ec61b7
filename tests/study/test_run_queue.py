"""Which runs a study holds in the end depends on its plan, never on order, timing or stops."""

import random

import pytest

from sim.errors import InputError
from sim.stats.intervals import wilson
from sim.study.run_queue import WHOLE, RunQueue, Shard, Tally
from tests.study.studies import plan_of

THREE = "events.kidnapping.base=0.1,0.2,0.3"
CHANCES = (0.02, 0.3, 0.6)


def fate(key, failing=False):
    """What becomes of a run, decided by its key alone."""
    point, run = key
    luck = random.Random(f"{point} {run}").random()
    return Tally(point, run, not (failing and luck > 0.95), luck < CHANCES[point])


def carried_out(plan, seed, done=(), shard=WHOLE, stop_after=None, failing=False):
    """All runs that a queue hands out, when chunks come back in a random order."""
    order = random.Random(seed)
    queue = RunQueue(plan, done, shard)
    chunks, under_way, found = iter(queue), [], list(done)
    while True:
        while len(under_way) < order.randint(1, 6):
            chunk = next(chunks, None)
            if chunk is None:
                chunks = iter(queue)
                break
            under_way.append(chunk)
        if not under_way:
            assert queue.n_done == queue.expected == len(found)
            return found
        if stop_after is not None and len(found) >= stop_after:
            return found
        chunk = under_way.pop(order.randrange(len(under_way)))
        tallies = [fate(key, failing) for key in chunk]
        found += tallies
        queue.note(tallies)


def test_a_fixed_number_of_runs_is_each_done_once():
    plan = plan_of(THREE, "runs=25")
    found = carried_out(plan, 1)
    assert sorted(each[:2] for each in found) == [(point, run) for point in range(3) for run in range(25)]


@pytest.mark.parametrize("failing", [False, True])
def test_a_precision_gives_the_same_runs_in_whatever_order_they_come_back(failing):
    plan = plan_of(THREE, "runs=10", "precision=0.06", "batch=10", "max_runs=400")
    expected = sorted(carried_out(plan, 0, failing=failing))
    assert len({each.point for each in expected}) == 3
    for seed in range(1, 15):
        assert sorted(carried_out(plan, seed, failing=failing)) == expected


@pytest.mark.parametrize("lines", [["runs=25"], ["runs=10", "precision=0.06", "batch=10", "max_runs=400"]])
def test_a_study_that_is_stopped_anywhere_ends_with_the_same_runs(lines):
    plan = plan_of(THREE, *lines)
    expected = sorted(carried_out(plan, 0))
    for stop in range(0, len(expected), 7):
        kept = carried_out(plan, stop, stop_after=stop)
        again = carried_out(plan, stop + 1, kept, stop_after=stop + 30)
        assert sorted(carried_out(plan, stop + 2, again)) == expected


@pytest.mark.parametrize("lines", [["runs=25"], ["runs=10", "precision=0.06", "batch=10", "max_runs=400"]])
def test_shards_together_are_the_whole(lines):
    plan = plan_of(THREE, *lines)
    parts = [carried_out(plan, number, shard=Shard(number, 4)) for number in (1, 2, 3, 4)]
    assert sorted(each for part in parts for each in part) == sorted(carried_out(plan, 0))


def test_a_point_gets_batches_until_its_interval_is_narrow_enough():
    plan = plan_of(THREE, "runs=10", "precision=0.06", "batch=10", "max_runs=400")
    found = carried_out(plan, 3)
    for point in range(3):
        own = sorted(each for each in found if each.point == point)
        assert [each.run for each in own] == list(range(len(own)))
        assert len(own) % 10 == 0

        def half(n, own=own):
            low, high = wilson(sum(each.broke for each in own[:n]), n)
            return (high - low) / 2

        assert half(len(own)) <= 0.06
        assert all(half(n) > 0.06 for n in range(10, len(own), 10))


def test_no_point_gets_more_than_max_runs():
    plan = plan_of(THREE, "runs=10", "precision=0.01", "batch=16", "max_runs=40")
    assert len(carried_out(plan, 0)) == 3 * 40


def test_a_point_of_which_nothing_runs_is_given_up_after_its_first_batch():
    plan = plan_of("runs=10", "precision=0.01", "batch=10")
    queue = RunQueue(plan)
    chunks = list(queue)
    queue.note(Tally(point, run, False, False) for chunk in chunks for point, run in chunk)
    assert list(queue) == []
    assert (queue.n_done, queue.n_failed) == (10, 10)


def test_chunks_hold_about_two_seconds_of_runs_and_leave_some_for_every_worker():
    assert plan_of("runs=1000").chunk == 50
    assert plan_of("scenario=al_rastan", "city.n_residents=65000", "days=180", "runs=1000").chunk < 16
    assert plan_of("runs=16").chunk == 2
    assert plan_of("runs=1").chunk == 1


def test_a_shard_is_written_as_number_and_count():
    assert Shard.read("3/10") == Shard(3, 10)
    for text in ("", "3", "a/b", "3/", "-1/4", "0/4", "5/4"):
        with pytest.raises(InputError, match="--shard"):
            Shard.read(text)
