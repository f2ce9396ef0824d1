import time

import pytest
import torch

from trials.cost import CostMeter


def test_only_training_counts_for_examples_per_second() -> None:
    meter = CostMeter()
    meter.watch(torch.device("cpu"))
    meter.count_parameters(torch.nn.Linear(3, 4))
    with meter.training(100):
        time.sleep(0.05)
    time.sleep(0.05)
    cost = meter.so_far()
    assert (cost.parameters, cost.examples) == (16, 100)
    assert cost.seconds > 0.1
    assert 100 / cost.seconds < cost.examples_per_second < 100 / 0.05


def test_a_trial_that_failed_at_once_has_a_cost_too() -> None:
    meter = CostMeter()
    with pytest.raises(RuntimeError), meter.training(100):
        raise RuntimeError
    assert (meter.so_far().examples, meter.so_far().examples_per_second) == (0, 0.0)
