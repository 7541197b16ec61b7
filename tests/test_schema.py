"""Sections of a scenario: a changed copy is made of the new values alone."""

from sim.compose import compose_scenario


def test_a_changed_copy_works_out_anew_what_the_old_one_had_worked_out():
    kind = compose_scenario(["scenario=small_town", "events.kidnapping.at=[3,4]"]).events.kidnapping
    assert [due.day for due in kind.dues] == [3, 4]
    assert [due.day for due in kind.model_copy(update={"at": (9,)}).dues] == [9]
    weights = kind.weights
    assert weights.terms
    assert weights.model_copy(update=dict.fromkeys(type(weights).model_fields, 0.0)).terms == ()
