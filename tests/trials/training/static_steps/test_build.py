from dataclasses import replace

import pytest
import torch

from tests.trials.training.test_trainer import DATA, FP32, model_of, still_point
from trials.hardware import MicroBatches
from trials.training.static_steps.build import static_steps


def test_the_steps_have_the_batch_size_of_the_trial_and_give_up_their_memory_where_it_is_short():
    point = still_point("bert/cls")
    model, compute = model_of(point), replace(FP32, parts=MicroBatches())
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    optimizer.param_groups[0]["initial_lr"] = 0.1
    shapes = set()
    model.bert.embeddings.register_forward_hook(lambda module, inputs, output: shapes.add(output.shape[0]))
    _, steps = static_steps(model, optimizer, point.training, DATA.train, compute, clip=1.0)
    assert compute.parts.spare == steps.release
    assert steps.reason == "" or not torch.cuda.is_available()
    assert optimizer.param_groups[0]["lr"].device == compute.device, "rates are tensors on the device"
    assert shapes == set(), "nothing is computed before the first step"


@pytest.mark.parametrize("balance", ["none", "weights", "focal"])
def test_every_treatment_of_rare_classes_has_its_steps(balance):
    point = still_point("bert/cls")
    model = model_of(point)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    optimizer.param_groups[0]["initial_lr"] = 0.1
    training = replace(point.training, balance=balance)
    compute = replace(FP32, parts=MicroBatches())
    assert static_steps(model, optimizer, training, DATA.train, compute, clip=1.0) is not None
