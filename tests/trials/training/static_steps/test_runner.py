"""Which steps become graphs, tested with graphs that are played on a CPU."""

from contextlib import nullcontext
from dataclasses import replace

import pytest
import torch

from tests.trials.training.static_steps.test_static_steps import PORTION, trainer_of
from tests.trials.training.test_trainer import FP32, still_point
from trials.hardware import MicroBatches
from trials.training import compute as compute_module
from trials.training.static_steps import StaticSteps

SHORT = torch.OutOfMemoryError("CUDA out of memory")


class Played:
    """In the place of a CUDA graph: it makes the step when it is replayed."""

    def __init__(self, step, length):
        self._step, self._length = step, length

    def replay(self):
        self._step.update(self._step.backward(self._length))


@pytest.fixture
def trainer(monkeypatch):
    """A trainer on a CPU whose steps are captured as far as `most` of them may be."""
    monkeypatch.setattr(compute_module, "STATIC_DEVICES", {"cpu"})
    recorded = []

    def made(most=10, error=SHORT):
        def record(steps, lengths):
            recorded.append(lengths)
            if len(lengths) > most:
                raise error
            return {length: Played(steps._step, length) for length in lengths}

        monkeypatch.setattr(StaticSteps, "_recorded", record)
        found = trainer_of(still_point(), compute=replace(FP32, parts=MicroBatches()))
        found._static._captures = True
        return found, recorded

    monkeypatch.setattr(StaticSteps, "_watched", lambda steps: nullcontext())
    return made


def test_after_one_step_each_bucket_has_a_graph_the_longest_first(trainer):
    found, recorded = trainer()
    expected = trainer_of(still_point()).train(PORTION)
    assert found.train(PORTION) == pytest.approx(expected, rel=1e-5)
    assert recorded == [[24, 16]]
    found._compute.parts.spare()
    found.train(PORTION)
    assert recorded == [[24, 16]] * 2, "graphs that were given up are made again"


def test_where_memory_is_short_there_are_fewer_graphs_and_batches_are_padded_further(trainer):
    found, recorded = trainer(most=1)
    expected = trainer_of(still_point()).train(PORTION)
    assert found.train(PORTION) == pytest.approx(expected, rel=1e-5)
    assert recorded == [[24, 16], [24]]
    assert found._static.reason == ""


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (torch.OutOfMemoryError("CUDA out of memory"), "memory was short"),
        (RuntimeError("not permitted"), "not permitted"),
    ],
)
def test_where_no_graph_can_be_steps_stay_as_they_are_and_say_why(trainer, error, word):
    found, recorded = trainer(most=0, error=error)
    expected = trainer_of(still_point()).train(PORTION)
    assert found.train(PORTION) == pytest.approx(expected, rel=1e-5)
    assert word in found._static.reason
    tries = len(recorded)
    found.train(PORTION)
    assert len(recorded) == tries, "it is not tried again"


def test_a_state_makes_graphs_anew(trainer):
    found, recorded = trainer()
    found.train(PORTION)
    kept = {name: tensor.clone() for name, tensor in found.tensors().items()}
    found.resume(kept, PORTION)
    found.train(PORTION)
    assert len(recorded) == 2
