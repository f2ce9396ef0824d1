import pytest
import torch
from torch import nn

from trials.models.cpu.dropout import ByteDropout, use_byte_dropout


@pytest.mark.parametrize("p", [0.1, 0.25, 0.5])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_the_share_of_zeros_and_the_mean_are_those_of_dropout(p: float, dtype: torch.dtype) -> None:
    torch.manual_seed(0)
    outputs = ByteDropout(p)(torch.ones(200_001, dtype=dtype))
    assert outputs.dtype is dtype
    assert (outputs == 0).double().mean().item() == pytest.approx(p, abs=0.005)
    assert outputs.double().mean().item() == pytest.approx(1.0, abs=0.01)


def test_gradients_flow_where_inputs_were_kept() -> None:
    inputs = torch.ones(7, 13, requires_grad=True)
    outputs = ByteDropout(0.5)(inputs)
    outputs.sum().backward()
    assert torch.equal(inputs.grad, outputs)
    assert 0 < outputs.count_nonzero() < outputs.numel()


@pytest.mark.parametrize("p", [0.0, 0.001, 1.0])
def test_the_ends_of_the_range_stay_finite(p: float) -> None:
    assert torch.isfinite(ByteDropout(p)(torch.ones(1000))).all()


def test_out_of_training_nothing_changes() -> None:
    inputs = torch.randn(5)
    assert ByteDropout(0.5).eval()(inputs) is inputs


def test_every_dropout_of_a_model_is_replaced_and_its_weights_stay() -> None:
    model = nn.Sequential(nn.Linear(2, 2), nn.Sequential(nn.Dropout(0.3), nn.Linear(2, 2)), nn.Dropout(0.1))
    keys = list(model.state_dict())
    use_byte_dropout(model)
    replaced = [module for module in model.modules() if isinstance(module, ByteDropout)]
    assert [module.p for module in replaced] == [0.3, 0.1]
    assert list(model.state_dict()) == keys
