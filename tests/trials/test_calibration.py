import numpy as np
import pytest

from trials.calibration import MOST_LOGITS, fit_temperature
from trials.metrics import evaluate


def drawn(rows: int, temperature: float, classes: int = 4, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Logits whose true temperature is known: labels are drawn from the probabilities at it."""
    generator = np.random.default_rng(seed)
    logits = generator.normal(0, 2, (rows, classes)) * temperature
    noise = generator.gumbel(size=logits.shape)
    return logits, (logits / temperature + noise).argmax(axis=1)


@pytest.mark.parametrize("temperature", [0.2, 1.0, 6.0])
def test_the_temperature_of_labels_that_were_drawn_at_it_is_found(temperature):
    logits, labels = drawn(20_000, temperature)
    assert fit_temperature(logits, labels) == pytest.approx(temperature, rel=0.03)


def test_it_has_the_smallest_log_loss_and_makes_probabilities_true():
    logits, labels = drawn(5_000, 5.0)
    found = fit_temperature(logits, labels)
    loss = evaluate(logits / found, labels)["log_loss"]
    assert all(evaluate(logits / (found * factor), labels)["log_loss"] > loss for factor in (0.9, 1.1))
    assert evaluate(logits, labels)["ece"] > 0.1
    assert evaluate(logits / found, labels)["ece"] < 0.02


def test_few_rows_that_are_all_right_do_not_become_certain():
    labels = np.arange(12) % 3
    found = fit_temperature(np.eye(3)[labels], labels)
    assert 0.1 < found < 1.0, "more certain than before, but not without limit"


def test_rows_that_are_all_wrong_and_equal_logits_have_a_temperature_too():
    labels = np.arange(12) % 3
    assert 1.0 < fit_temperature(-np.eye(3)[labels], labels) < 200
    assert fit_temperature(np.zeros((12, 3)), labels) == pytest.approx(1.0)


def test_with_very_many_logits_a_part_of_the_rows_is_enough():
    logits, labels = drawn(MOST_LOGITS // 100, 3.0, classes=300)
    assert fit_temperature(logits, labels) == pytest.approx(3.0, rel=0.1)
