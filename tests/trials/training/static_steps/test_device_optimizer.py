import pytest
import torch

from trials.training.static_steps.device_optimizer import DeviceOptimizer

CPU = torch.device("cpu")
RATES = 0.5, 0.25


def optimizers(clip: float = 1e9) -> tuple[torch.nn.Module, torch.optim.Optimizer, DeviceOptimizer]:
    """A model with weights of one, two groups of them, and plain gradient descent."""
    model = torch.nn.Linear(1, 1)
    torch.nn.init.ones_(model.weight)
    torch.nn.init.ones_(model.bias)
    groups = [
        {"params": [weight], "lr": 0.0, "initial_lr": rate}
        for weight, rate in zip((model.weight, model.bias), RATES, strict=True)
    ]
    optimizer = torch.optim.SGD(groups, lr=1.0)
    return model, optimizer, DeviceOptimizer(optimizer, model, clip, CPU)


def stepped(clip: float = 1e9, factor: float = 1.0) -> tuple[float, float]:
    """How weight and bias change in a step, with gradients of 3 and 4."""
    model, _, found = optimizers(clip)
    (3 * model.weight.sum() + 4 * model.bias.sum()).backward()
    found.update(torch.tensor(factor, dtype=torch.float64))
    assert model.weight.grad is None
    return 1 - model.weight.item(), 1 - model.bias.item()


def test_weights_change_by_their_own_rate_at_the_moment() -> None:
    assert stepped() == pytest.approx((1.5, 1.0))
    assert stepped(factor=0.5) == pytest.approx((0.75, 0.5))


def test_the_whole_gradient_is_no_longer_than_it_may_be() -> None:
    assert stepped(clip=1.0) == pytest.approx((0.3, 0.2), rel=1e-4)


def test_only_within_the_block_may_the_optimizer_be_captured() -> None:
    _, optimizer, found = optimizers()
    with pytest.raises(ZeroDivisionError), found.capturable():
        assert all(group["capturable"] for group in optimizer.param_groups)
        raise ZeroDivisionError
    assert not any(group["capturable"] for group in optimizer.param_groups)


def test_rates_are_those_of_the_device_again_after_others_were_set() -> None:
    model, optimizer, found = optimizers()
    optimizer.load_state_dict(optimizer.state_dict())
    found.bind()
    model.weight.sum().backward()
    found.update(torch.tensor(0.0))
    assert model.weight.item() == 1.0
