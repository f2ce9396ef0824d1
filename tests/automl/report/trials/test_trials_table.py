from dataclasses import replace

import pytest

from automl.core.records import Lineage
from automl.report.trials.trials_table import trials_table
from tests.automl.report.records import make_study, make_trial, of_a_sample
from tests.automl.report.rendering import render, row_of
from tests.automl.report.trials.studies import SEVERAL, probe


@pytest.mark.parametrize("width", [80, 100, 160])
def test_each_trial_is_one_line_that_says_what_it_is(width: int) -> None:
    lines = render(trials_table(SEVERAL, SEVERAL.trials), width)
    assert row_of(lines, "0 ")[:6] == ["0", "completed", "0.750", "0.750", "33%", "12.3"]
    assert row_of(lines, "* 2")[:7] == ["*", "2", "pruned", "0.850", "0.900", "67%", "12.3"]
    assert " ".join(row_of(lines, "* 2")[7:]) == "probe layers 4 penalty 1.2e-3"
    assert row_of(lines, "4 ")[1:4] == ["error", "-", "-"]


def test_a_trial_says_in_what_it_is_unlike_most_of_its_algorithm() -> None:
    lines = render(trials_table(SEVERAL, SEVERAL.trials))
    assert " ".join(row_of(lines, "3 ")).endswith("probe layers 2 penalty 0.05, pooling first")
    assert "pooling mean" not in "\n".join(lines) and "longest" not in "\n".join(lines)


def test_checkpoints_are_named_where_several_compete() -> None:
    other = make_trial(6, (0.7,), params=probe(0.05) | {"architecture.checkpoint": "someone/their-encoder"})
    study = replace(SEVERAL, trials=(*SEVERAL.trials, other))
    text = "\n".join(render(trials_table(study, study.trials)))
    assert "probe minilm layers 4" in text and "probe their-encoder layers 4" in text


def test_a_cause_that_trials_share_is_told_once() -> None:
    text = "\n".join(render(trials_table(SEVERAL, SEVERAL.trials)))
    assert text.count("broke") == 1
    assert "trials 4, 5: RuntimeError: [bold] it broke" in text


def test_a_part_of_the_trials_is_said_to_be_one() -> None:
    lines = render(trials_table(SEVERAL, SEVERAL.trials[:2]))
    assert "* the best trial; the best 2 of 6 trials" in "\n".join(lines)
    assert not any("pruned" in line for line in lines)


def test_last_scores_are_left_out_where_they_are_the_best_ones() -> None:
    study = make_study(make_trial(0, (0.5, 0.6)), make_trial(1, (0.7,)))
    lines = render(trials_table(study, study.trials))
    assert row_of(lines, "trial")[:4] == ["trial", "end", "best", "budget"]


def test_whose_training_a_trial_went_on_with_is_shown() -> None:
    heir = make_trial(1, (0.0, 0.0, 0.8, 0.9))
    heir = replace(heir, evaluations=heir.evaluations[2:], lineage=Lineage(0, 2, 0, 9))
    orphan = replace(make_trial(2, (0.6,)), lineage=Lineage(0, 2, 0, 9))
    study = make_study(make_trial(0, (0.5, 0.6)), heir, orphan)
    lines = render(trials_table(study, study.trials))
    assert row_of(lines, "* 1")[6:9] == ["0", "at", "11%"]
    assert "at" not in row_of(lines, "2 "), "its parent's state was gone"
    assert " from" not in "".join(render(trials_table(SEVERAL, SEVERAL.trials)))


@pytest.mark.parametrize("width", [60, 100])
def test_a_trial_of_a_sample_has_its_rows_in_place_of_a_share_of_the_budget(width: int) -> None:
    study = make_study(make_trial(0, (0.5, 0.6)), of_a_sample(make_trial(1, (0.6, 0.7)), 724))
    lines = render(trials_table(study, study.trials), width)
    assert row_of(lines, "* 1")[4:6] == ["724", "rows"]
    assert row_of(lines, "0 ")[3] == "11%"
    assert "N rows: fitted to a sample of N training rows" in " ".join(" ".join(lines).split())
    assert "sample" not in "".join(render(trials_table(SEVERAL, SEVERAL.trials)))
