"""Balance is searched where there is something to balance."""

import numpy as np
import pytest

from automl.config.loader import build_experiment, dump_experiment, load_experiment
from automl.planning.adaptation.class_balance import is_imbalanced, without_balance
from automl.planning.resolved_experiment import resolve_experiment
from search_spaces import Choice


def test_classes_are_of_unlike_size_where_one_has_twice_the_rows_of_another():
    assert not is_imbalanced(np.array([0] * 19 + [1] * 10))
    assert is_imbalanced(np.array([0] * 20 + [1] * 10))
    assert not is_imbalanced(np.array([0] * 10 + [3] * 10)), "a class without rows is none"


@pytest.mark.parametrize("name", ["auto", "linear", "encoder"])
def test_it_is_fixed_for_good_but_not_where_somebody_asks_for_it(name):
    asked = "linear.training.balance" if name == "auto" else "training.balance"
    for settings, kept in (([], False), ([f"space.overrides.{asked}=[none, weights]"], True)):
        experiment = build_experiment("imdb", settings, {"space.name": name})
        fixed = without_balance(resolve_experiment(experiment))
        space = resolve_experiment(load_experiment(dump_experiment(fixed.experiment))).space
        assert space == fixed.space
        options = {key: dimension.options for key, dimension in space.dimensions().items()
                   if key.endswith("training.balance") and isinstance(dimension, Choice)}  # fmt: skip
        assert options.pop(asked) == (("none", "weights") if kept else ("none",))
        assert set(options.values()) <= {("none",)}


def test_several_labels_are_imbalanced_where_few_texts_have_one():
    assert is_imbalanced(np.array([[True, True], [False, False], [True, False], [False, False]]))
    assert not is_imbalanced(np.array([[True, True], [False, False]]))
