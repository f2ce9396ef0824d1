"""What data say of algorithms before any trial."""

import pytest

from automl.hpo.samplers.algorithms.data_prior import expected_standings, standard_error
from trials.data import DatasetTraits


def of(rows: int, classes: int, words: float) -> list[str]:
    """The four algorithms that were measured on two corpora, the best first."""
    found = expected_standings(DatasetTraits(classes, rows, words, 1.0, {}, ()))
    return sorted(("linear", "probe", "finetune", "encoder"), key=lambda each: -found[each])


def test_the_orders_on_corpora_that_were_measured_come_out():
    assert of(5970, 2, 20.0) == ["finetune", "probe", "linear", "encoder"]
    news = of(1488, 5, 390.0)
    assert news[0] == "linear" and news[-1] == "encoder"


def test_without_traits_nothing_is_expected():
    assert expected_standings(None) == {}


def test_the_noise_is_that_of_a_share():
    assert standard_error(0.8, 640) == pytest.approx(0.0158, abs=1e-4)
    assert standard_error(0.0, 640) == standard_error(1.0, 640) == standard_error(1.3, 640) == 0.0
