"""Every class of bad input is refused in one line that says where, what, and what would be right."""

import pytest

from sim.config.overrides import grammar_complaint
from tests.config.folders import folder_of, refusal


@pytest.mark.parametrize(
    ("override", "where", "remedy"),
    [
        # unknown key
        ("sed=3", "sed", "did you mean 'seed'"),
        ("+sed=3", "sed", "did you mean 'seed'"),
        ("++sed=3", "sed", "did you mean 'seed'"),
        ("city.n_residnts=4", "city.n_residnts", "city.n_residents"),
        ("events.kidnaping.base=1", "events.kidnaping.base", "did you mean events.kidnapping.base?"),
        ("kidnapping.base=1", "kidnapping.base", "did you mean events.kidnapping.base?"),
        ("n_clans=3", "n_clans", "did you mean city.kinship.n_clans?"),
        ("city.seed.x=3", "city.seed.x", "city.seed"),
        ("factions.newcomers.membrs=1", "factions.newcomers.membrs", "factions.newcomers.members"),
        ("factions.newcomer.members=1", "factions.newcomer", "'newcomers'"),
        ("factions={guard: {members: 3}}", "factions", "+factions={...} adds it"),
        ("+factions={guard: {membrs: 3}}", "factions.guard.membrs", "members"),
        ("events.kidnapping={bas: 1}", "events.kidnapping.bas", "events.kidnapping.base"),
        ("events.revenge_killing.base=1", "events.revenge_killing.base", "only answers other events, set"),
        # unknown group or option
        ("scenaro=small_town", "scenaro", "did you mean 'scenario'"),
        ("scenario=small", "scenario=small", "did you mean 'small_town'"),
        ("events=quiet", "events=quiet", "events.KEY=VALUE"),
        ("+nogroup/sub=x", "nogroup/sub", "known: army, city"),
        # wrong type
        ("seed=a", 'seed = "a"', "a whole number, 0 to"),
        ("seed=1.5", "seed = 1.5", "a whole number"),
        ("days='100'", 'days = "100"', "a whole number"),
        ("city.camps.loyalist=true", "city.camps.loyalist = true", "a number, 0 to 1"),
        ("events.kidnapping.enabled=yes", 'events.kidnapping.enabled = "yes"', "true or false"),
        ("events.kidnapping.at=12", "events.kidnapping.at = 12", "a list"),
        ("events.kidnapping.at=[a]", 'events.kidnapping.at[0] = "a"', "a whole number"),
        (
            "events.kidnapping.fear.camp_reach=everyone",
            "events.kidnapping.fear.camp_reach",
            "struck, loyalist",
        ),
        ("name=123", "name = 123", "should be text"),
        ("city=5", "city", "city.KEY=VALUE"),
        ("city.camps=3", "city.camps", "city.camps.KEY=VALUE"),
        # out of range
        ("seed=-1", "seed = -1", "0 to"),
        ("days=5000", "days = 5000", "0 to 3650 (days)"),
        ("city.clan_share=inf", "city.clan_share = Infinity", "finite"),
        ("city.clan_share=nan", "city.clan_share = NaN", "finite"),
        ("truce.feud.bar=0", "truce.feud.bar = 0", "above 0"),
        # contradictory
        ("city.camps.loyalist=0.9", "city.camps", "together at most 1"),
        ("city.ties=x.csv", "city", "give both tables, or neither"),
        ("events.kidnapping.at=[12,400]", "events.kidnapping.at", "past the last day 180"),
        ("events.kidnapping.end_day=0", "events.kidnapping", "before start_day 1"),
        ("events.kidnapping.by=nobody", "events.kidnapping.by", "did you mean"),
        ("events.kidnapping.answers.sulk=1", "events.kidnapping.answers", "did you mean"),
        # the standoff
        ("measures.relief.strength=-0.1", "measures.relief.strength = -0.1", "0 to 1 (share)"),
        ("factions.newcomers.arms=-1", "factions.newcomers.arms = -1", "0 to 1 (share)"),
        ("army.troops=-5", "army.troops = -5", "0 to"),
        (
            "measures.relief={start_day: 30, end_day: 20}",
            "measures.relief",
            "end_day 20 lies before start_day 30",
        ),
        ("events.clash.by=men_of_gold", "events.clash.by", "did you mean 'men_of_god'"),
        ("events.bombardment.sources=[]", "posture 'bombarding'", "events.bombardment.sources"),
        ("army.start=charging", "army.start", "observing, squeezing"),
        # grammar
        ("seed", "'seed'", "key=value"),
        ("", "''", "key=value"),
        ("=3", "'=3'", "key before = is missing"),
        ("seed =3", "'seed =3'", "without spaces"),
        ("a b=1", "'a b=1'", "names and dots"),
        ("seed==3", "'seed==3'", "one = is enough"),
        ("events.kidnapping.at=[1,2", "at=[1,2'", "bracket is not closed"),
        ("name='x", "name='x'", "quote is not closed"),
        ("name=a(b", "name=a(b'", "quote special characters"),
        ("days=twice(3)", "days=twice(3)", "written out"),
        ("days=1\nseed=2", "days=1\\nseed=2", "cannot be read"),
        ("days=" + "[" * 400, "days=[[", "brackets nested deeper"),
        ("name=" + "x" * 30_000, "name=xxx", "longer than"),
        # sweeps
        ("seed=1,2", "seed=1,2", "one run has one"),
        ("seed=range(1,5)", "seed=range(1,5)", "one run has one"),
        ("scenario=al_rastan,small_town", "scenario=al_rastan", "one run has one"),
        # a key twice in one mapping
        ("city={n_residents: 5000, n_quarters: 3, n_residents: 6000}", "city=", "n_residents is given twice"),
        ("+factions={g: {members: 1}, g: {members: 2}}", "+factions=", "the key g is given twice"),
        ("events.clash.at=[{day: 3, deaths: 1, day: 4}]", "events.clash.at", "the key day is given twice"),
        ("events.clash=choice({base: 1, base: 2},{base: 3})", "events.clash", "the key base is given twice"),
        ("name=" + "x" * 10_000, "name", "not a plain name"),
        # removal
        ("~events.kidnapping", "~events.kidnapping", "events.kidnapping.enabled=false switches it off"),
        ("~seed", "~seed", "seed=..."),
        ("~city", "~city", "cannot be removed"),
        ("~factions.nobody", "factions.nobody", "+factions.nobody=... adds one"),
        ("~nothing", "~nothing", "known: "),
        ("factions={}", "factions={}", "~factions.NAME"),
        # Hydra's own settings
        ("hydra.run.dir=x", "hydra.run.dir", "--config-dir"),
        ("+hydra/launcher=joblib", "hydra/launcher", "--config-dir"),
        ("hydra.searchpath=[file:///tmp]", "hydra.searchpath", "--config-dir"),
        ("events@hydra.job=default", "events@hydra.job", "--config-dir"),
    ],
)
def test_a_bad_override_is_refused_in_one_line(override, where, remedy):
    message = refusal(override)
    assert where in message
    assert remedy in message
    assert len(message) < 400


@pytest.mark.parametrize(
    "value",
    [
        "{a: {b: 1}, c: {b: 2}}",
        "[{day: 1}, {day: 2}]",
        "[a:b, a:b]",
        "{a: 'x, a: 1', b: \"a: {a: 1\"}",
        "{a: 1:30, b: 1:30}",
        "'a: 1, a: 2'",
    ],
)
def test_a_key_that_stands_once_in_each_mapping_is_taken(value):
    assert grammar_complaint(f"name={value}") == ""


def test_several_wrong_values_give_a_line_each():
    from sim.compose import compose_scenario
    from sim.errors import InputError

    with pytest.raises(InputError) as caught:
        compose_scenario(["seed=-1", "days=a", "city.clan_share=2"])
    lines = str(caught.value).splitlines()
    assert [line.split(" = ")[0] for line in lines] == ["seed", "days", "city.clan_share"]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("kidnapping: [1\nrumour: 2\n", "line 2", "broken YAML"),
        ("kidnapping: {}\nkidnapping: {}\n", "line 2", "duplicate key"),
        ("kidnapping:\n\tbase: 1\n", "line 2", "broken YAML"),
        ("- kidnapping\n", "line 1", "key: value"),
        ("base: \x00\n", "", "broken YAML"),
        ("defaults: default\n", "line 1", "defaults is a list"),
        ("a: !!python/name:os.system\n", "line 1", "tag"),
        ("? [a]\n: 1\n", "line 1", "a key is a plain word"),
        ("# @pakage _global_\nseed: 1\n", "mine.yaml", "@package _global_"),
    ],
)
def test_a_broken_file_is_named_with_its_line(tmp_path, text, line, says):
    own = folder_of(tmp_path, events__mine=text)
    message = refusal("events=mine", config_dir=own)
    assert str(own / "events" / "mine.yaml") in message
    assert line in message
    assert says in message


def test_an_unknown_option_in_a_defaults_list_is_named_with_the_nearest(tmp_path):
    own = folder_of(tmp_path, events__mine="defaults: [defalt]\n")
    message = refusal("events=mine", config_dir=own)
    assert "events/mine.yaml" in message
    assert "did you mean 'default'" in message


def test_a_section_chosen_twice_is_explained(tmp_path):
    own = folder_of(tmp_path, scenario__mine="# @package _global_\ndefaults: [/events: default]\n")
    assert "override /events" in refusal("scenario=mine", config_dir=own)


def test_an_unknown_key_in_a_file_is_named_with_the_nearest(tmp_path):
    own = folder_of(tmp_path, scenario__mine="# @package _global_\ncity: {n_residnts: 3}\n")
    assert "did you mean city.n_residents?" in refusal("scenario=mine", config_dir=own)


def test_a_file_that_would_be_shadowed_by_a_shipped_one_is_refused(tmp_path):
    own = folder_of(tmp_path, scenario__al_rastan="# @package _global_\nseed: 3\n")
    assert "choose another name" in refusal(config_dir=own)


def test_a_yml_file_is_pointed_out(tmp_path):
    (tmp_path / "scenario").mkdir()
    (tmp_path / "scenario" / "mine.yml").write_text("seed: 3\n")
    assert "mine.yaml" in refusal("scenario=mine", config_dir=tmp_path)


def test_a_config_folder_that_is_not_there_is_refused(tmp_path):
    assert "no such folder" in refusal(config_dir=tmp_path / "gone")


def test_a_config_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    assert "this is a file" in refusal(config_dir=tmp_path / "file")


def test_a_folder_named_like_a_value_is_refused(tmp_path):
    own = folder_of(tmp_path, seed__seven="a: 1\n")
    assert "rename" in refusal("seed=seven", config_dir=own)
