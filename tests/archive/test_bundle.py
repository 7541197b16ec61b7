"""Bundles: the same bytes each time, all that a reader needs, and safe to unpack whoever made them."""

import json
import os
import shutil
import stat
import zipfile

import pytest

from sim.archive.bundle import bundle
from sim.archive.unpack import unpack
from sim.cli import main
from sim.errors import InputError
from sim.study.build import build_plan
from sim.study.store import Store


@pytest.fixture(scope="module")
def packed(run_folder, tmp_path_factory):
    path = tmp_path_factory.mktemp("bundles") / "run.zip"
    bundle(run_folder, path)
    return path


def one_line(capsys):
    """What was said on the error stream, if it is one line."""
    (line,) = capsys.readouterr().err.splitlines()
    return line


def made(path, *entries, mode=0o100644):
    """A zip of (name, content) entries."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in entries:
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            archive.writestr(info, content, zipfile.ZIP_DEFLATED)
    return path


def test_a_result_packed_twice_gives_the_same_bytes(run_folder, packed, tmp_path):
    copy = tmp_path / "elsewhere"
    shutil.copytree(run_folder, copy)
    for path in copy.iterdir():
        os.utime(path, (0, 0))
    bundle(copy, tmp_path / "b.zip")
    assert (tmp_path / "b.zip").read_bytes() == packed.read_bytes()


def test_a_bundle_holds_result_configs_environment_and_citation(packed, study, tmp_path):
    bundle(study.folder, tmp_path / "s.zip")
    for path, own in ((packed, "configs/scenario.yaml"), (tmp_path / "s.zip", "configs/study.yaml")):
        names = zipfile.ZipFile(path).namelist()
        for name in (own, "environment.txt", "CITATION.cff", "SHA256SUMS"):
            assert f"result/{name}" in names
        assert not [name for name in names if name.endswith("lock")]


def test_a_bundle_can_be_run_again(packed, study, tmp_path, capsys):
    assert main(["reproduce", str(packed)]) == 0
    assert main(["bundle", str(study.folder), "--out", str(tmp_path / "s.zip")]) == 0
    assert main(["reproduce", str(tmp_path / "s.zip"), "--runs", "2"]) == 0
    assert "identical: 2 of 32 runs" in capsys.readouterr().out


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "result/../../evil",
        "/evil",
        "result//evil",
        "result\\..\\evil",
        "C:/evil",
        "evil",
        "result/.evil",
        "result/evil:stream",
        "result/evil\n",
        f"result/evil{'l' * 200}",
    ],
)
def test_no_path_leaves_the_folder(name, tmp_path):
    path = made(tmp_path / "a.zip", (name, b"x"))
    folder = tmp_path / "in" / "side"
    folder.mkdir(parents=True)
    with pytest.raises(InputError, match="no bundle of Hudna has"):
        unpack(path, folder)
    assert list(tmp_path.rglob("*evil*")) == []


def test_links_are_refused(tmp_path):
    path = made(tmp_path / "a.zip", ("result/run.json", b"/etc/passwd"), mode=stat.S_IFLNK | 0o777)
    with pytest.raises(InputError, match="no bundle of Hudna has"):
        unpack(path, tmp_path / "in")


def test_a_name_that_is_a_file_and_a_folder_is_one_line(tmp_path, capsys):
    path = made(tmp_path / "a.zip", ("result/a", b"x"), ("result/a/b", b"x"), ("result/SHA256SUMS", b""))
    assert main(["reproduce", str(path)]) == 2
    assert "cannot be unpacked" in one_line(capsys)


def test_other_packings_are_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("result/run.json", b"{}")
    with pytest.raises(InputError, match="no bundle of Hudna has"):
        unpack(tmp_path / "a.zip", tmp_path / "in")


def test_a_file_whose_name_no_bundle_can_hold_is_told_before_packing(run_folder, tmp_path, capsys):
    copy = tmp_path / "copy"
    shutil.copytree(run_folder, copy)
    (copy / "who?").write_text("x")
    assert main(["bundle", str(copy)]) == 2
    assert "rename it, or move it away" in one_line(capsys)
    (copy / "who?").rename(copy / "notes (1) café.txt")
    assert main(["bundle", str(copy)]) == 0
    assert main(["reproduce", str(tmp_path / "copy.zip")]) == 0


def test_a_bundle_is_not_put_into_what_it_packs(run_folder, capsys):
    before = sorted(run_folder.iterdir())
    assert main(["bundle", str(run_folder), "--out", str(run_folder / "new" / "a.zip")]) == 2
    assert "lies in the result itself" in one_line(capsys)
    assert sorted(run_folder.iterdir()) == before


def test_the_study_file_in_a_bundle_asks_the_same_again(study, tmp_path):
    bundle(study.folder, tmp_path / "s.zip")
    path = unpack(tmp_path / "s.zip", tmp_path / "in") / "configs" / "study.yaml"
    plan, again = Store.open(study.folder).plan, build_plan([], path)[0]
    assert [plan.scenario(k) for k in range(2)] == [again.scenario(k) for k in range(again.n_points)]
    assert again.study.runs == plan.study.runs
    assert again.study.keep == plan.study.keep


def test_what_unpacks_too_large_is_refused(tmp_path):
    path = made(
        tmp_path / "a.zip", ("result/daily.parquet", os.urandom(2_000_000)), ("result/SHA256SUMS", b"")
    )
    with pytest.raises(InputError, match="unpacks to over 1,000,000 bytes"):
        unpack(path, tmp_path / "in", most_bytes=1_000_000)


def test_what_is_no_bundle_or_a_trap_is_refused_before_anything_is_unpacked(tmp_path):
    zeros = ("result/daily.parquet", bytes(50_000_000))
    for entries, says in (
        ((zeros,), "SHA256SUMS is not there"),
        ((zeros, ("result/SHA256SUMS", b"")), "unpacks to over 100 times its size"),
    ):
        with pytest.raises(InputError, match=says):
            unpack(made(tmp_path / "a.zip", *entries), tmp_path / "in")
        assert not (tmp_path / "in").exists()


def test_a_size_that_is_a_lie_is_noticed(tmp_path):
    path = made(tmp_path / "a.zip", ("result/daily.parquet", bytes(3_000_000)), ("result/SHA256SUMS", b""))
    content = path.read_bytes()
    path.write_bytes(content.replace((3_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little")))
    with pytest.raises(InputError, match=r"not a complete zip|not what was packed"):
        unpack(path, tmp_path / "in")


def test_a_run_that_nobody_could_run_again_is_not_packed(run_folder, tmp_path, capsys):
    copy = tmp_path / "copy"
    shutil.copytree(run_folder, copy)
    content = json.loads((copy / "run.json").read_text())
    for scenario in ({**content["scenario"], "days": -1}, {**content["scenario"], "nonsense": 1}, [1], None):
        (copy / "run.json").write_text(json.dumps({**content, "scenario": scenario}))
        assert main(["bundle", str(copy)]) == 2
        assert "run it again" in one_line(capsys)
    assert not (tmp_path / "copy.zip").exists()


def test_what_was_changed_after_packing_is_refused(packed, tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(packed) as source, zipfile.ZipFile(path, "w") as target:
        for entry in source.infolist():
            content = source.read(entry)
            target.writestr(entry, content + b" " if entry.filename.endswith("run.json") else content)
    with pytest.raises(InputError, match=r"run\.json is not what was packed"):
        unpack(path, tmp_path / "in")


@pytest.mark.parametrize("content", [b"", b"no zip at all"])
def test_what_is_no_zip_is_one_line(content, tmp_path, capsys):
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    assert main(["reproduce", str(path)]) == 2
    assert "is not a complete zip file" in one_line(capsys)


def test_a_zip_cut_short_is_one_line(packed, tmp_path, capsys):
    path = tmp_path / "a.zip"
    path.write_bytes(packed.read_bytes()[:-500])
    assert main(["reproduce", str(path)]) == 2
    assert "is not a complete zip file" in one_line(capsys)


def test_an_older_bundle_is_kept_without_force(run_folder, packed, capsys):
    before = packed.read_bytes()
    assert main(["bundle", str(run_folder), "--out", str(packed)]) == 2
    assert "--force" in capsys.readouterr().err
    assert packed.read_bytes() == before
