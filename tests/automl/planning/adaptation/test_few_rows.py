"""Which searches are cross-validated without being asked."""

from dataclasses import replace

import numpy as np
import pytest

from automl.config.loader import build_experiment, dump_experiment, load_experiment
from automl.planning.adaptation.few_rows import FEW_ROWS, suited_folds
from automl.planning.resolved_experiment import resolve_experiment
from tests.automl.report.records import make_read
from trials.data import Split, TextDataset


def rows(count: int) -> Split:
    return Split(("text",) * count, np.arange(count, dtype=np.int64) % 2)


FEW = TextDataset("few", ("a", "b"), rows(FEW_ROWS - 30), rows(30), rows(30), "f" * 64)
FEW = replace(FEW, read=replace(make_read(), made=("validation", "test")))


def searched(dataset: TextDataset = FEW, **flags: object) -> tuple[int | None, str, list[str]]:
    said: list[str] = []
    given = {"search.time_budget": "1m", **{name.replace("__", "."): value for name, value in flags.items()}}
    found = suited_folds(resolve_experiment(build_experiment("imdb", (), given)), dataset, said.append)
    search = load_experiment(dump_experiment(found.experiment)).search
    return search.folds, search.pruner, said


def test_a_default_search_of_few_rows_is_cross_validated_and_the_study_stores_it() -> None:
    folds, pruner, said = searched()
    assert (folds, pruner) == (5, "wilcoxon")
    assert said == [
        "200 training and validation rows are too few to set some aside for validation; --folds off does so."
    ]
    assert searched(space__name="auto", search__ensemble=2, search__objectives=["macro_f1"])[0] == 5
    assert searched(space__overrides={"algorithm": ["finetune", "linear"]})[0] == 5


@pytest.mark.parametrize(
    "flags",
    [
        {"search__folds": "off"},
        {"search__folds": False},
        {"search__pruner": "asha"},
        {"search__objectives": ["macro_f1", "latency_ms"]},
        {"data__validation_share": 0.3},
        {"resources__pack": 4},
        {"trial__epochs": 2},
        {"space__overrides": {"algorithm": "finetune"}},
        {"search__constraints": ["latency_ms<=20"]},
        {"search__confirm": "auto"},
        {"search__soup": "auto"},
        {"data__time": "date"},
        {"space__name": "linear"},
        {"search__time_budget": None, "search__trials": 9},
    ],
)
def test_what_the_user_says_and_what_may_take_long_is_left_as_it_is(flags: dict[str, object]) -> None:
    folds, pruner, said = searched(**flags)
    assert (folds, pruner, said) == (None, "asha", [])


def test_a_number_of_folds_that_was_asked_for_stays() -> None:
    assert searched(search__folds=3)[:2] == (3, "wilcoxon")


def test_many_rows_and_a_validation_split_of_the_user_are_left_as_they_are() -> None:
    given = replace(FEW, read=replace(FEW.read, made=("test",)))
    many = replace(FEW, train=rows(FEW_ROWS))
    unread = replace(FEW, read=None)
    for dataset in (given, many, unread):
        assert searched(dataset)[0] is None


def test_groups_must_be_enough_for_the_folds() -> None:
    groups = np.arange(FEW_ROWS, dtype=np.int64)
    assert searched(replace(FEW, groups=groups % 5))[0] == 5
    assert searched(replace(FEW, groups=groups % 4))[0] is None


def test_each_fold_must_leave_rows_of_each_class_to_train_on() -> None:
    """Else its model is certain that there is no such class, which spoils the calibration of all."""
    labels = np.arange(FEW_ROWS - 30, dtype=np.int64) % 2
    labels[:9] = 2
    rare = replace(FEW, label_names=("a", "b", "c"), train=Split(FEW.train.texts, labels))
    assert searched(rare)[0] == 5
    groups = np.arange(FEW_ROWS, dtype=np.int64) % 20
    groups[:9] = 99
    assert searched(replace(rare, groups=groups))[0] is None, "all rows of the class are in one group"
    labels = labels.copy()
    labels[1:9] = 0
    assert searched(replace(rare, train=Split(FEW.train.texts, labels)))[0] is None, "the class has one row"


def test_numbers_and_sets_of_labels_are_divided_as_well() -> None:
    numbers = [np.linspace(0.0, 1.0, len(split)) for split in (FEW.train, FEW.validation)]
    sets = [np.stack([split.labels == 0, split.labels == 1], axis=1) for split in (FEW.train, FEW.validation)]
    for train, validation in (numbers, sets):
        made = replace(FEW, train=Split(FEW.train.texts, train), validation=Split(FEW.validation.texts, validation))
        assert searched(made)[0] == 5
