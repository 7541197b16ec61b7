"""Figures on disk: the same bytes every time, whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim.report import files
from sim.report.timeline import save_figure, timeline_figure
from tests.report.tables import feud_tables

SAVE = (
    "import sys; from tests.report.tables import feud_tables;"
    "from sim.report.timeline import save_figure, timeline_figure;"
    "save_figure(timeline_figure(*feud_tables()), sys.argv[1], 'timeline', ('png', 'svg', 'pdf'))"
)


@pytest.fixture(scope="module")
def figure():
    return timeline_figure(*feud_tables())


def test_png_and_svg_are_written_and_nothing_else(figure, tmp_path):
    paths = save_figure(figure, tmp_path / "new" / "folder", "timeline")
    assert [path.name for path in paths] == ["timeline.png", "timeline.svg"]
    assert sorted(path.name for path in (tmp_path / "new" / "folder").iterdir()) == [
        "timeline.png",
        "timeline.svg",
    ]
    assert paths[0].read_bytes().startswith(b"\x89PNG")


def test_files_are_the_same_in_another_process_with_other_hashes(tmp_path):
    written = []
    for salt in ("1", "2"):
        folder = tmp_path / salt
        root = Path(__file__).parents[2]
        env = {**os.environ, "PYTHONHASHSEED": salt, "SOURCE_DATE_EPOCH": salt}
        subprocess.run([sys.executable, "-c", SAVE, str(folder)], check=True, env=env, cwd=root)
        written.append({path.name: path.read_bytes() for path in sorted(folder.iterdir())})
    assert written[0] == written[1]
    assert len(written[0]) == 3


def test_a_figure_that_is_saved_twice_is_the_same(figure, tmp_path):
    first, second = save_figure(figure, tmp_path, "a"), save_figure(figure, tmp_path, "b")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_text_in_svg_stays_text_and_no_date_is_written(figure, tmp_path):
    (path,) = save_figure(figure, tmp_path, "timeline", ("svg",))
    content = path.read_text(encoding="utf-8")
    assert "the truce broke on day 30 by feud" in content
    assert "dc:date" not in content
    assert "Matplotlib v" not in content


def test_ids_in_svg_are_unique(figure, tmp_path):
    (path,) = save_figure(figure, tmp_path, "timeline", ("svg",))
    ids = [part.split('"', 1)[0] for part in path.read_text(encoding="utf-8").split(' id="')[1:]]
    assert len(ids) == len(set(ids)) > 20


def test_a_failure_leaves_the_older_file_and_no_remains(figure, tmp_path, monkeypatch):
    (path,) = save_figure(figure, tmp_path, "timeline", ("png",))
    before = path.read_bytes()

    def half(aside, **_kw):
        Path(aside).write_bytes(b"half of it")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(figure, "savefig", half)
    with pytest.raises(OSError, match="No space left"):
        save_figure(figure, tmp_path, "timeline", ("png",))
    assert path.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["timeline.png"]


def test_an_unknown_format_is_refused_before_anything_is_written(figure, tmp_path):
    with pytest.raises(ValueError, match="'gif'; known: png, svg, pdf"):
        save_figure(figure, tmp_path / "none", "timeline", ("png", "gif"))
    assert not (tmp_path / "none").exists()


def test_the_formats_are_those_whose_metadata_are_known():
    assert set(files._NO_METADATA) == {"png", "svg", "pdf"}
