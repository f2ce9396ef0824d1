"""The scale of the loss in fp16."""

import pytest
import torch

from trials.hardware.fp16_scale import loss_scale, resume_scale, tensors_of_scale

CPU = torch.device("cpu")


def one_step(scale: torch.amp.GradScaler, factor: float) -> tuple[torch.Tensor, torch.Tensor]:
    """The gradient and the change of a weight in one step, with a loss of `factor` times the weight."""
    weight = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([weight], lr=1.0)
    scale.scale(weight.sum() * factor).backward()
    scale.unscale_(optimizer)
    scale.step(optimizer)
    scale.update()
    return weight.grad, weight.detach()


def test_gradients_are_those_of_the_loss_and_what_is_not_finite_changes_nothing() -> None:
    scale = loss_scale(CPU, torch.float16)
    gradient, change = one_step(scale, 3.0)
    assert gradient.item() == 3.0 and change.item() == -3.0
    before = tensors_of_scale(scale)["scale"].item()
    assert one_step(scale, float("inf"))[1].item() == 0.0
    assert tensors_of_scale(scale)["scale"].item() == before / 2


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_other_formats_have_no_scale(dtype: torch.dtype) -> None:
    scale = loss_scale(CPU, dtype)
    assert one_step(scale, 3.0)[1].item() == -3.0
    assert tensors_of_scale(scale) == {}
    resume_scale(scale, tensors_of_scale(loss_scale(CPU, torch.float16)))
    assert one_step(scale, 3.0)[1].item() == -3.0


def test_another_scale_goes_on_where_one_was() -> None:
    first, second = loss_scale(CPU, torch.float16), loss_scale(CPU, torch.float16)
    for factor in (float("inf"), 1.0, 1.0):
        one_step(first, factor)
    resume_scale(second, tensors_of_scale(first))
    one_step(second, 1.0)
    one_step(first, 1.0)
    assert tensors_of_scale(second) == tensors_of_scale(first)
    assert tensors_of_scale(second)["finite_steps"].item() == 3
    resume_scale(second, {})
    assert tensors_of_scale(second) == tensors_of_scale(first)
