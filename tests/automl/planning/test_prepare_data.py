"""How much a full trial trains where the user does not say."""

from dataclasses import replace

import numpy as np
import pytest

from automl.config.schema import Experiment
from automl.core import DataProblem
from automl.core.budgets import TOKENS_PER_SECOND, Budgets, Pace
from automl.planning.prepare_data import PreparedData, affordable_epochs, prepare
from automl.planning.throughput import tokens_per_second
from search_spaces import SPACES, Defaults, Kept, Point, Space
from tests.trials.data.rows import write_csv
from trials.data.dataset import Split, TextDataset
from trials.data.encoding.tokenization import mean_length


def first(space: str) -> Point:
    return SPACES[space](Defaults())


@pytest.mark.parametrize(
    ("space", "seconds", "epochs"),
    [
        ("encoder", None, 12.0),
        ("encoder", 1.0, 2.0),
        ("encoder", 1e6, 12.0),
        ("encoder", 300.0, 5.0),
        ("finetune", None, 4.0),
        ("finetune", 1.0, 0.05),
        ("finetune", 1e6, 4.0),
    ],
)
def test_epochs_fit_the_time_and_the_kind_of_model(space, seconds, epochs):
    tokens = 300 * 2 * TOKENS_PER_SECOND / (6 * 5)
    assert affordable_epochs(tokens, seconds, 2, first(space), Pace()) == epochs


def test_a_pretrained_model_is_slower_by_its_weights_and_faster_by_what_is_frozen():
    point = first("finetune")
    frozen = replace(point, architecture=replace(point.architecture, frozen_share=0.75))
    assert tokens_per_second(first("encoder"), Pace()) == TOKENS_PER_SECOND
    assert tokens_per_second(point, Pace()) == pytest.approx(TOKENS_PER_SECOND * 2 * 128**2 / (6 * 384**2))
    assert tokens_per_second(frozen, Pace()) == pytest.approx(2 * tokens_per_second(point, Pace()))


def test_a_pretrained_model_is_faster_by_what_is_cut_off():
    point = first("finetune")
    whole = tokens_per_second(point, Pace())
    for kept, share in (
        (Kept(1.0, 1.0, 1.0, "lowest"), 1),
        (Kept(0.67, 1.0, 1.0, "spread"), 4 / 6),
        (Kept(1.0, 0.25, 1.0, "lowest"), 3 / 4),
        (Kept(0.5, 1.0, 0.25, "lowest"), 1 / 4),
    ):
        cut = replace(point, architecture=replace(point.architecture, kept=kept))
        assert tokens_per_second(cut, Pace()) == pytest.approx(whole / share), kept
    assert tokens_per_second(first("subnet"), Pace()) > whole


def test_each_fold_needs_a_group(tmp_path):
    rows = [(f"text number {n} of many", ("good", "bad")[n % 2], f"author {n % 4}") for n in range(80)]
    path = write_csv(tmp_path / "reviews.csv", rows, header=("text", "label", "author"))
    data = {"source": str(path), "group": "author"}
    said = []
    for folds, groups in ((2, 3), (4, 3)):
        experiment = Experiment.model_validate({"data": data, "search": {"folds": folds}})
        if folds > groups:
            with pytest.raises(DataProblem, match=r"at most 3, the number of groups .*, not 4"):
                prepare(experiment, [first("linear")], 2, said.append)
        else:
            assert prepare(experiment, [first("linear")], 2, said.append).dataset.groups is not None
    assert said[0].startswith("What was read\n  files    ")


@pytest.mark.parametrize("order", [("subnet", "finetune"), ("finetune", "subnet")])
def test_several_algorithms_get_the_budget_of_the_dearest(tmp_path, order):
    texts = "".join(f"a long enough text about number {row} of many,{row % 2}\n" for row in range(120))
    (tmp_path / "data.csv").write_text(f"text,label\n{texts}")
    experiment = Experiment(data={"source": str(tmp_path / "data.csv")}, search={"time_budget": 2.0})
    both, one = (
        prepare(experiment, [first(name) for name in names], 2, lambda _: None) for names in (order, ("finetune",))
    )
    assert both.budgets.pretrained == one.budgets.pretrained
    assert prepare(experiment, [first("subnet")], 2, lambda _: None).budgets.pretrained > one.budgets.pretrained
    assert both.seconds(first("subnet")) < both.seconds(first("finetune"))


def test_texts_that_are_cut_shorter_allow_more_epochs():
    texts = tuple("one two three four five six" * length for length in (1, 1, 10))
    split = Split(texts, np.zeros(3, dtype=np.int64))
    dataset = TextDataset("toy", ("a",), split, split, split, "f" * 64)
    whole, cut = mean_length(dataset.train.texts, 1000), mean_length(dataset.train.texts, 10)
    assert cut < 10 < whole
    point = first("finetune")
    assert affordable_epochs(1e3 * cut, 25.0, 2, point, Pace()) > affordable_epochs(1e3 * whole, 25.0, 2, point, Pace())


def test_a_cross_validated_trial_trains_on_all_rows_as_often_as_there_are_folds():
    split = Split(("one two three",) * 8, np.zeros(8, dtype=np.int64))
    validation = Split(("one two three",) * 2, np.zeros(2, dtype=np.int64))
    dataset = TextDataset("toy", ("a",), split, validation, split, "f" * 64)
    once = PreparedData(dataset, 64, Budgets(100, 100))
    folds = replace(once, folds=5)
    assert (once.epochs(first("encoder")), folds.epochs(first("encoder"))) == (12.5, 10.0)
    assert folds.seconds(first("encoder")) == pytest.approx(5 * once.seconds(first("encoder")))
    assert folds.seconds(first("linear")) == pytest.approx(5 * 10 / 8 * once.seconds(first("linear")))
    assert folds.seconds(first("probe")) == once.seconds(first("probe")), "features are computed once"


def test_a_trial_has_the_budget_of_its_kind():
    budgets = Budgets(scratch=200, pretrained=100)
    auto = Space("auto", SPACES["auto"])
    kinds = dict(zip(auto.algorithms(), auto.default_points(), strict=True))
    assert (budgets.of(kinds["encoder"]), budgets.of(kinds["finetune"])) == (200, 100)
