"""Score the model on the shipped truces and write what was found: python -m experiments.real_truces.

The scores go to build/real_truces (what was stopped goes on), README.md and figure.png stand beside this
file, and the skill that `hudna follow` quotes goes to sim/_truces/skill.json. Options are those of
`hudna score`; with a folder of scores that is there already only the page is written.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from PIL import Image

from experiments.real_truces.page import draw, readme
from sim.following.skill import MEASURED
from sim.report.files import save_figure

HERE = Path(__file__).parent
SCORES = Path("build/real_truces")


def main(options: list[str]) -> int:
    """Do it; the exit status is that of `hudna score`."""
    if not (SCORES / "score.json").is_file():
        command = [
            sys.executable,
            "-m",
            "sim",
            "score",
            "scenario=small_town",
            *options,
            "--out",
            str(SCORES),
        ]
        status = subprocess.run(command, check=False).returncode
        if status:
            return status
    (HERE / "README.md").write_text(readme(SCORES), encoding="utf-8")
    (path,) = save_figure(draw(SCORES), HERE, "figure", ("png",), 90)
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    skill = json.loads((SCORES / "skill.json").read_text(encoding="utf-8"))
    MEASURED.write_text(json.dumps(skill, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
