"""docs/notebook.md does what it says: its blocks run, in order, in one session."""

import re

from matplotlib.figure import Figure

from tests.study.studies import ROOT

BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)


def test_every_block_of_the_page_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    blocks = BLOCK.findall((ROOT / "docs" / "notebook.md").read_text())
    assert len(blocks) >= 6
    session = {}
    for block in blocks:
        exec(compile(block, "docs/notebook.md", "exec"), session)
    assert isinstance(session["figure"], Figure)
    assert {path.suffix for path in (tmp_path / "figures").iterdir()} == {".png", ".svg", ".pdf"}
