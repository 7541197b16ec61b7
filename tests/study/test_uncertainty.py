"""What is drawn for a run, by itself: no study is made here."""

from __future__ import annotations

import numpy as np
import pytest

from sim.core.luck import name_key
from sim.errors import InputError
from sim.study.draws import draws_of, read_uncertainty
from sim.study.priors import Prior
from sim.towns.folder import MARK

BASE, PACE, MEMBERS = "events.kidnapping.base", "pace.factions", "factions.newcomers.members"
PRIORS = {
    "priors": {BASE: {"low": 0.1, "high": 0.3}, MEMBERS: {"low": 5, "high": 9}, PACE: {"low": 1, "high": 2}}
}
SAMPLE = {"keys": ["pace.army", "army.troops"], "sample": [[0.5, 700], [0.25, 900], [0.75, 800]]}
FILES = {"priors": PRIORS, "rows": SAMPLE}


def test_a_run_takes_a_row_of_each_sample_in_turn_and_a_draw_from_each_prior():
    draws = draws_of(FILES, seed=4)
    assert draws.keys == (BASE, MEMBERS, PACE, "pace.army", "army.troops")
    for run in range(7):
        drawn = draws.settings(run)
        assert (drawn["pace.army"], drawn["army.troops"]) == tuple(SAMPLE["sample"][run % 3])
        luck = {key: np.random.default_rng([4, name_key(key), run]).random() for key in (BASE, MEMBERS, PACE)}
        assert drawn[BASE] == Prior(low=0.1, high=0.3).at(luck[BASE])
        assert drawn[MEMBERS] == Prior(low=5, high=9).whole_at(luck[MEMBERS])
        assert drawn[PACE] == 1 + luck[PACE]
        assert type(drawn[MEMBERS]) is type(drawn["army.troops"]) is int
    assert list(draws.content) == ["priors", "rows"]
    assert draws_of(draws.content, 4).settings(2) == draws.settings(2)
    assert draws_of(FILES, seed=5).settings(2) != draws.settings(2)


def test_every_key_is_tried_at_its_ends():
    least, greatest = draws_of(FILES, seed=0).edges()
    assert least == {BASE: 0.1, MEMBERS: 5, PACE: 1, "pace.army": 0.25, "army.troops": 700}
    assert greatest == {BASE: 0.3, MEMBERS: 9, PACE: 2, "pace.army": 0.75, "army.troops": 900}
    assert type(least[MEMBERS]) is type(least["army.troops"]) is int


def test_what_is_given_is_not_drawn():
    assert draws_of({}, 0) is None
    assert draws_of(FILES, 0, draws_of(FILES, 0).keys) is None
    draws = draws_of(FILES, 0, [BASE, "army."])
    assert draws.keys == (MEMBERS, PACE, "pace.army")
    assert [draws.settings(run)["pace.army"] for run in range(3)] == [0.5, 0.25, 0.75]
    assert set(draws.parts) == {"priors", "rows"}
    only_priors = draws_of(FILES, 0, ["pace.army", "army.troops"])
    assert set(only_priors.parts) == {"priors"}
    assert only_priors.settings(0) == {k: draws_of(FILES, 0).settings(0)[k] for k in (BASE, MEMBERS, PACE)}
    whole = draws_of({"mine": {**SAMPLE, **PRIORS}}, 0).parts["mine"]
    assert whole.without(["pace."]).keys == ("army.troops",)
    assert whole.without(["pace."]).sample == ((700,), (900,), (800,))
    assert whole.without(SAMPLE["keys"]).sample == ()
    assert whole.without(["pac"]) == whole


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"mine": {"says": "so"}}, "uncertainty mine: is empty; give priors"),
        ({"mine": {"keys": ["pace.army"]}}, "uncertainty mine: .*each row of the sample"),
        ({"mine": {"sample": [[1.0]]}}, "each row of the sample"),
        ({"mine": {"keys": ["pace.army"], "sample": [[1.0], [1.0, 2.0]]}}, "each row of the sample"),
        ({"mine": {**SAMPLE, "priors": {"pace.army": {}}}}, "pace.army stands twice"),
        ({"mine": SAMPLE, "other": {"priors": {"pace.army": {}}}}, "pace.army is drawn by other and"),
        ({"mine": {"keys": ["army.troops"], "sample": [[4], [4.5]]}}, "army.troops = 4.5 in the sample"),
        ({"mine": {"priors": {"army.troops": {"low": 1, "high": 2.5}}}}, "make low and high whole"),
        ({"mine": {"priors": {"seed": {"low": 1, "high": 2}}}}, "uncertainty mine: seed: cannot be drawn"),
    ],
)
def test_files_that_cannot_be_drawn_from_are_refused(files, says):
    with pytest.raises(InputError, match=says):
        draws_of(files, 0)


def folders(tmp_path):
    """Three folders of options, the names that they have, and what each says."""
    found = [tmp_path / name for name in ("shipped", "mine", "late")]
    for folder, files in zip(found, (("both", "shipped"), ("both", "mine"), ("late",)), strict=True):
        (folder / "uncertainty").mkdir(parents=True)
        for file in files:
            (folder / "uncertainty" / f"{file}.yaml").write_text(f"says: {folder.name}\n")
    return found


def test_a_file_is_that_of_the_last_folder_that_has_it(tmp_path):
    found = read_uncertainty(["both", "shipped", "late"], folders(tmp_path))
    assert [each.values["says"] for each in found.values()] == ["mine", "shipped", "late"]
    assert list(found) == ["both", "shipped", "late"]


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (["bth"], "uncertainty=bth: there is no such file; did you mean 'both'"),
        (["both", "mine", "both"], "both is named twice"),
        (["../both"], "uncertainty=../both: give names of files in uncertainty/"),
        (["/" * 100], f"uncertainty={'/' * 60}: give names"),
        (["z" * 100], f"uncertainty={'z' * 60}: there is no such file"),
        (["town"], "add town=DIR"),
    ],
)
def test_names_that_are_none_are_refused(tmp_path, names, says):
    with pytest.raises(InputError, match=says):
        read_uncertainty(names, folders(tmp_path))


def test_that_of_a_town_lies_in_its_folder(tmp_path):
    (tmp_path / MARK).touch()
    with pytest.raises(InputError, match=r"uncertainty.yaml is not there; `hudna calibrate`"):
        read_uncertainty(["town"], folders(tmp_path), str(tmp_path))
    (tmp_path / "uncertainty.yaml").write_text("says: rivers\n")
    assert read_uncertainty(["town"], [], str(tmp_path))["town"].values["says"] == "rivers"
