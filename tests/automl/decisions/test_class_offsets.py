import numpy as np
import pytest

from automl.decisions.class_offsets import best_offsets
from trials.metrics import METRICS, Outputs
from trials.tasks import ORDINAL


def unbalanced(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Log-probabilities by Bayes' rule of two overlapping classes, one of which has 5% of the rows."""
    generator = np.random.default_rng(seed)
    labels = (generator.random(count) < 0.05).astype(np.int64)
    position = generator.normal(size=count) + 1.5 * labels
    odds = np.log(0.05 / 0.95) + 1.5 * position - 1.5**2 / 2
    return np.stack([np.zeros(count), odds], axis=1), labels


@pytest.mark.parametrize("metric", ["macro_f1", "mcc", "balanced_accuracy"])
def test_a_rare_class_is_chosen_more_often_where_the_metric_rewards_it_and_new_rows_gain(metric):
    offsets = best_offsets(metric, *unbalanced(3000, 0))
    logits, labels = unbalanced(20_000, 1)

    assert offsets[1] > offsets[0]
    before, after = (METRICS[metric].function(Outputs(each, labels)) for each in (logits, logits + offsets))
    assert after > before + 0.03


def test_offsets_that_only_fit_noise_are_not_kept():
    generator = np.random.default_rng(0)
    kept = 0
    for _ in range(10):
        labels = generator.integers(0, 3, 150)
        logits = generator.normal(size=(150, 3)) + 3 * np.eye(3)[labels]
        kept += best_offsets("macro_f1", logits, labels).any()
    assert kept <= 3


@pytest.mark.parametrize("metric", ["qwk", "mae"])
def test_offsets_of_ranks_serve_the_metrics_of_their_order_whether_more_or_less_is_better(metric):
    def ranks(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """A model that says the two middle ranks of four too seldom."""
        generator = np.random.default_rng(seed)
        labels = generator.integers(0, 4, count).astype(np.int32)
        logits = 1.5 * np.eye(4)[labels] + generator.normal(size=(count, 4))
        return logits + np.array([1.5, 0.0, 0.0, 1.5]), labels

    offsets = best_offsets(metric, *ranks(1000, 0))
    logits, labels = ranks(4000, 1)

    before, after = (ORDINAL.score(metric, each, labels) for each in (logits, logits + offsets))
    assert after > before + 0.03 if metric == "qwk" else after < before - 0.05
