from dataclasses import replace

from rich.console import Group

from automl.report.trials.parameters import parameters_tables
from tests.automl.report.records import DEFAULTS, make_study, make_trial
from tests.automl.report.rendering import render, row_of
from tests.automl.report.trials.studies import LINEAR, SEVERAL


def test_the_parameters_that_differ_stand_side_by_side_the_best_trial_first() -> None:
    lines = render(Group(*parameters_tables(SEVERAL, SEVERAL.trials)))
    assert row_of(lines, "trial 2") == ["trial", "2", "trial", "1", "trial", "3"]
    assert row_of(lines, "penalty") == ["penalty", "0.00123", "0.05", "0.05"]
    assert row_of(lines, "pooling") == ["pooling", "mean", "mean", "first"]
    assert not any(line.strip().startswith(("hidden", "words", "checkpoint")) for line in lines)


def test_the_algorithm_of_the_best_trial_comes_first_and_the_default_first_in_its_own() -> None:
    other = make_trial(6, (0.76,), params=LINEAR | {"linear.text.words": 3})
    study = replace(SEVERAL, trials=(*SEVERAL.trials, other))
    lines = render(Group(*parameters_tables(study, study.trials)))
    titles = [line.strip() for line in lines if line.startswith("Parameters")]
    assert titles == ["Parameters of probe that differ", "Parameters of linear that differ"]
    assert row_of(lines, "words") == ["words", "2", "3"]
    assert row_of(lines, "default (0)") == ["default", "(0)", "trial", "6"]


def test_as_many_trials_are_compared_as_the_width_has_room_for() -> None:
    rates = [make_trial(n, (0.5 + n / 100,), params=DEFAULTS | {"training.batch_size": n}) for n in range(12)]
    study = make_study(*rates)
    counts = [len(row_of(render(Group(*parameters_tables(study, rates)), width), "batch_size")) for width in (50, 80)]
    assert 2 < counts[0] < counts[1]
    assert len(row_of(render(Group(*parameters_tables(study, rates)), 300), "batch_size")) == 9


def test_trials_that_are_not_shown_are_not_compared() -> None:
    tables = parameters_tables(SEVERAL, SEVERAL.trials[:2])
    assert tables == []
