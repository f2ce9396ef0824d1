import time

import pytest
import torch

from trials.hardware.micro_batches import MicroBatches
from trials.training.cost_meter import CostMeter


def test_only_training_counts_for_examples_per_second() -> None:
    meter = CostMeter()
    meter.watch(torch.device("cpu"), MicroBatches(2))
    meter.count_parameters(torch.nn.Linear(3, 4))
    with meter.training(100):
        time.sleep(0.05)
    time.sleep(0.05)
    cost = meter.so_far()
    assert (cost.parameters, cost.examples, cost.batch_parts) == (16, 100, 2)
    assert cost.seconds > 0.1
    assert 100 / cost.seconds < cost.examples_per_second < 100 / 0.05


def test_a_trial_that_failed_at_once_has_a_cost_too() -> None:
    meter = CostMeter()
    with pytest.raises(RuntimeError), meter.training(100):
        raise RuntimeError
    assert (meter.so_far().examples, meter.so_far().examples_per_second) == (0, 0.0)
    assert meter.so_far().peak_memory_bytes == 0, "the memory of the process is not that of a GPU"


def test_a_later_try_counts_on_from_the_one_before() -> None:
    meter = CostMeter()
    meter.resume({"seconds": 100.0, "examples": 500, "training_seconds": 50.0, "peak_memory_bytes": 2**50})
    with meter.training(100):
        time.sleep(0.05)
    cost = meter.so_far()
    assert 100.05 < cost.seconds < 110
    assert cost.examples == 600
    assert 600 / 60 < cost.examples_per_second < 600 / 50.05
    assert cost.peak_memory_bytes == 2**50
    assert meter.counted()["peak_memory_bytes"] == 2**50


def test_what_others_use_again_is_remembered_by_a_later_try() -> None:
    first, second = CostMeter(), CostMeter()
    first.share(30.0)
    first.note_pretraining(2.5)
    assert (first.so_far().shared_seconds, first.so_far().pretraining_loss) == (30.0, 2.5)
    second.share(1.0)
    second.resume(first.counted())
    assert second.so_far().shared_seconds == 31.0
    assert second.so_far().pretraining_loss is None, "its own try tells"


def test_memory_that_graphs_hold_counts_and_so_does_why_there_are_none() -> None:
    meter = CostMeter()
    meter.watch(torch.device("cpu"), MicroBatches())
    peak = meter.so_far().peak_memory_bytes
    assert meter.so_far().eager_because == ""
    meter.note_steps("memory was short", 2 * peak)
    meter.note_steps("memory was short", 0)
    assert meter.so_far().peak_memory_bytes == 2 * peak
    assert meter.so_far().eager_because == "memory was short"


def test_the_format_of_products_is_told() -> None:
    meter = CostMeter()
    assert meter.so_far().number_format == ""
    meter.watch(torch.device("cpu"), MicroBatches(), torch.bfloat16)
    assert meter.so_far().number_format == "bf16"
    meter.watch(torch.device("cpu"), MicroBatches())
    assert meter.so_far().number_format == ""
