import numpy as np
import pytest

from automl.core import UsageError
from automl.decisions import Decision
from automl.export.labelling import (
    A_NUMBER,
    Labelling,
    LabelSets,
    PredictedNumbers,
    check_labelling,
    check_no_choice,
    label_sets_of,
)

LABELS = ("bad", "good")
LOGITS = np.log(np.array([[0.7, 0.3], [0.95, 0.05], [0.1, 0.9]]))


def test_without_a_decision_each_row_has_its_most_probable_label():
    labelling = Labelling(LABELS)

    assert list(labelling.values(LOGITS)) == [
        ["bad", 0.7, 0.7, 0.3],
        ["bad", 0.95, 0.95, 0.05],
        ["good", 0.9, 0.1, 0.9],
    ]
    assert labelling.columns == ["label", "probability", "probability_bad", "probability_good"]
    assert list(labelling.summary()) == []


def test_rows_below_the_limit_have_no_label_and_are_counted():
    labelling = Labelling(LABELS, reject=0.92)

    assert [row[0] for row in labelling.values(LOGITS)] == [None, "bad", None]
    assert list(labelling.summary()) == ["2 of 3 rows have no label: their probability is below 0.92."]


def test_a_rule_is_obeyed_and_told_and_the_probability_is_that_of_its_label():
    labelling = Labelling(LABELS, Decision(LABELS, "the best mcc", offsets=(0.0, 1.0)))

    assert [row[:2] for row in labelling.values(LOGITS)] == [["good", 0.3], ["bad", 0.95], ["good", 0.9]]
    assert next(labelling.summary()).startswith("Labels are chosen for the best mcc")


def test_sets_are_joined_and_their_mean_size_is_told():
    labelling = Labelling(LABELS, Decision(LABELS, scores=(0.3, 0.5, 0.6, 0.75)), coverage=0.8)

    assert [row[-1] for row in labelling.values(LOGITS)] == ["bad | good", "bad", "good"]
    assert labelling.columns[-1] == "labels"
    assert "1.33 labels on average" in next(labelling.summary())


@pytest.mark.parametrize(
    ("reject", "coverage", "decision", "says"),
    [
        (95, None, None, "--reject must be a number between 0 and 1, not 95"),
        (None, 1.0, Decision(LABELS, scores=(0.1,)), "--sets must be a number between 0 and 1"),
        (None, 0.9, None, "automl decide STUDY"),
        (None, 0.9, Decision(LABELS), "automl decide STUDY"),
    ],
)
def test_numbers_that_cannot_be_meant_and_sets_without_scores_are_refused(reject, coverage, decision, says):
    with pytest.raises(UsageError, match=says):
        check_labelling(reject, coverage, decision)


def test_with_several_labels_each_row_has_those_that_reach_their_thresholds():
    labelling = LabelSets(LABELS, (0.9, 0.2))

    assert labelling.columns == ["labels", "probability_bad", "probability_good"]
    assert list(labelling.values(np.array([[0.0, -1.0], [3.0, -2.0], [1.0, -5.0]]))) == [
        [["good"], 0.5, 0.268941],
        [["bad"], 0.952574, 0.119203],
        [[], 0.731059, 0.006693],
    ]


@pytest.mark.parametrize(("reject", "coverage", "plain"), [(0.5, None, False), (None, 0.9, False), (None, None, True)])
def test_what_needs_one_label_a_text_is_refused(reject, coverage, plain):
    with pytest.raises(UsageError, match="must be left out: the model gives each text a number"):
        check_no_choice(A_NUMBER, reject, coverage, plain=plain)


def test_a_model_of_numbers_says_the_number_of_each_row():
    numbers = PredictedNumbers("stars")

    assert numbers.columns == ["stars"]
    assert list(numbers.values(np.array([[3.25], [-1e7 / 3]]))) == [[3.25], [-3333333.0]]
    assert list(numbers.summary()) == []


def test_thresholds_of_a_decision_take_the_place_of_those_of_the_model_and_are_told():
    decision = Decision(LABELS, "the best macro_f1", thresholds=(0.6, 0.9))

    labelling = label_sets_of(LABELS, (0.9, 0.2), decision)

    assert labelling.names(np.array([[1.0, -1.0]])) == [["bad"]]
    assert list(labelling.summary()) == [
        "Labels are chosen for the best macro_f1 (automl decide); --plain takes the thresholds of the model."
    ]
    assert label_sets_of(LABELS, (0.9, 0.2), Decision(LABELS)).names(np.array([[1.0, -1.0]])) == [["good"]]
