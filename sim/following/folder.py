"""A followed record on disk: follow.json, tables, the figure, and the report as one HTML page."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sim.disk.results import statement, write_folder, write_json
from sim.following.figure import followed_figure
from sim.following.followed import Followed
from sim.following.page import followed_page
from sim.report.files import save_figure
from sim.version import LIBRARIES, __version__, library_version


def write_followed(found: Followed, folder: Path, *, force: bool = False) -> None:
    """Write the results, all or nothing, and note the folder in `found`.

    Raises InputError if the folder cannot be written, or exists and not `force`.
    """

    def fill(aside: Path) -> None:
        found.days.to_csv(aside / "days.csv", index=False)
        found.weeks.to_csv(aside / "weeks.csv", index=False)
        found.state.to_csv(aside / "state.csv", index=False)
        found.particles.to_parquet(aside / "particles.parquet", index=False)
        if found.prospects is not None:
            for name, table in vars(found.prospects).items():
                table.to_csv(aside / f"{name}.csv", index=False)
        figure = followed_figure(found)
        save_figure(figure, aside, "follow")
        (aside / "report.html").write_text(followed_page(found), encoding="utf-8")
        (aside / "answer.txt").write_text("\n".join([*found.lines, "", statement(), ""]), encoding="utf-8")
        write_json(aside / "follow.json", _page(found))

    write_folder(folder, force, fill)
    found.folder = folder


def _page(found: Followed) -> dict[str, object]:
    record = found.record
    return {
        "hudna": __version__,
        "kind": "followed record",
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "record": {
            "name": record.name,
            "start": record.start,
            "days": record.days,
            "events": len(record.rows),
            "classes": [
                {
                    "name": each.name,
                    "kinds": list(each.kinds),
                    "least_deaths": each.least_deaths,
                    "seen": each.seen,
                }
                for each in record.classes
            ],
        },
        "log_evidence": found.log_evidence,
        "log_evidence_marks": float(found.days.log_marks.sum()),
        "particles": len(found.particles),
        "command": found.command,
        "scenario": found.scenario.model_dump(mode="json"),
        "versions": {name: library_version(name) for name in LIBRARIES},
        "statement": statement(),
    }
