"""Shards of a study, done apart and joined, are the whole study."""

import pytest

from sim.cli import main
from sim.study.build import build_plan
from sim.study.run_queue import Shard
from sim.study.study import begin
from tests.study.studies import SERIAL, STUDY, StopError, assert_same, done, n_parts


def test_shards_join_to_the_whole_study(undisturbed, tmp_path, capsys):
    shards = [tmp_path / f"shard-{k}" for k in (1, 2, 3)]
    for k, folder in enumerate(shards, 1):
        assert main(["sweep", *STUDY, SERIAL, "--shard", f"{k}/3", "--out", str(folder)]) == 0
        assert "hudna merge" in capsys.readouterr().out
    assert main(["status", str(shards[0])]) == 0
    assert "shard done" in capsys.readouterr().out
    assert main(["merge", *map(str, reversed(shards)), "--out", str(tmp_path / "whole")]) == 0
    assert_same(tmp_path / "whole", undisturbed)


def test_a_shard_that_is_stopped_is_resumed_and_then_merged(undisturbed, tmp_path, capsys):
    one, two = tmp_path / "1", tmp_path / "2"
    plan, engine = build_plan([*STUDY, SERIAL])

    def tell(_agenda):
        if one.exists() and n_parts(one) >= 2:
            raise StopError

    with pytest.raises(StopError):
        begin(plan, engine, one, tell, shard=Shard(1, 2))
    done(two, *STUDY, shard=Shard(2, 2))
    assert main(["merge", str(one), str(two), "--out", str(tmp_path / "whole")]) == 2
    assert "shard 1/2 is not finished" in capsys.readouterr().err
    assert main(["resume", str(one)]) == 0
    assert main(["merge", str(one), str(two), "--out", str(tmp_path / "whole")]) == 0
    assert_same(tmp_path / "whole", undisturbed)
