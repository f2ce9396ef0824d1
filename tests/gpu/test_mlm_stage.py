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


def stage(device):
    point = point_of("modernbert/mean")
    seed_everything(5)
    model = build_model(
        point.architecture,
        vocabulary_size=DATA.vocabulary_size,
        max_length=DATA.max_length,
        label_names=DATA.label_names,
    ).to(device)
    return MlmTrainer(model, Pretraining(3.0, 3e-3, 0.15), DATA, seed=0, compute=Compute(device, torch.float32))


def test_it_learns_what_it_learns_on_a_cpu_and_no_step_waits():
    found, expected = stage(GPU), stage(torch.device("cpu"))
    steps, others = found.steps(), expected.steps()
    next(steps)
    torch.cuda.set_sync_debug_mode("error")
    try:
        for _ in range(10):
            next(steps)
    finally:
        torch.cuda.set_sync_debug_mode("default")
    for _ in range(11):
        next(others)
    assert found.loss == pytest.approx(expected.loss, rel=1e-2)
