"""The self-supervised stage does not wait for the GPU in a step."""

import pytest
import torch

from search_spaces import Pretraining
from tests.gpu.cases import GPU, needs_gpu, point_of
from tests.trials.pretraining.sharers import DATA
from trials.models import build_model
from trials.pretraining.mlm_trainer import MlmTrainer
from trials.training import Compute, seed_everything

pytestmark = needs_gpu


def stage(device, dtype=torch.float32):
    point = point_of("modernbert/mean")
    seed_everything(5)
    model = build_model(
        point.architecture,
        vocabulary_size=DATA.vocabulary_size,
        max_length=DATA.max_length,
        label_names=DATA.label_names,
    ).to(device)
    return MlmTrainer(model, Pretraining(3.0, 3e-3, 0.15), DATA, seed=0, compute=Compute(device, dtype))


def test_it_learns_what_it_learns_on_a_cpu_in_graphs_and_no_step_waits():
    found, expected = stage(GPU), stage(torch.device("cpu"))
    steps, others = found.steps(), expected.steps()
    for _ in range(2):  # the second one records the graphs
        next(steps)
    torch.cuda.set_sync_debug_mode("error")
    try:
        for _ in range(10):
            next(steps)
    finally:
        torch.cuda.set_sync_debug_mode("default")
    for _ in range(12):
        next(others)
    assert found.loss == pytest.approx(expected.loss, rel=1e-2)
    assert (found._static.reason, found._compute.parts.count) == ("", 1)
    assert found._static.held_bytes > 0


def test_in_bf16_and_fp16_it_learns_as_well():
    losses = {}
    for dtype in (torch.float32, torch.bfloat16, torch.float16):
        found = stage(GPU, dtype)
        assert all(True for _ in found.steps())
        losses[dtype] = found.loss
    assert losses[torch.bfloat16] == pytest.approx(losses[torch.float32], rel=0.05)
    assert losses[torch.float16] == pytest.approx(losses[torch.float32], rel=0.05)


def test_a_stage_goes_on_where_another_one_was():
    whole, first, second = (stage(GPU) for _ in range(3))
    assert all(True for _ in whole.steps())
    steps = first.steps()
    for _ in range(7):
        next(steps)
    second.resume({name: tensor.clone() for name, tensor in first.tensors().items()}, first.examples)
    assert all(True for _ in second.steps())
    assert second.loss == pytest.approx(whole.loss, rel=1e-3)
