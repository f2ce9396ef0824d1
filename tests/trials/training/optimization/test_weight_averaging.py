import torch
from torch import nn

from trials.training.optimization.weight_averaging import POWER, WeightAverage


def walk(average: WeightAverage, model: nn.Linear, steps: range) -> list[torch.Tensor]:
    """Weights that jump, each of them noted."""
    noted = []
    for step in steps:
        with torch.no_grad():
            model.weight.copy_(torch.tensor([[float(step % 7), step / 10]]))
        average.follow(100 * step)
        noted.append(model.weight.detach().clone())
    return noted


def a_model() -> nn.Linear:
    return nn.Linear(2, 1, bias=False)


def test_late_weights_count_by_the_power_of_their_time() -> None:
    model = a_model()
    average = WeightAverage(model)
    noted = walk(average, model, range(1, 41))  # each step is more than 2% more examples than the one before
    times = torch.arange(0, 41, dtype=torch.float64)
    shares = (times[1:] ** POWER - times[:-1] ** POWER) / times[-1] ** POWER
    expected = sum(float(share) * weight for share, weight in zip(shares, noted, strict=True))
    with average.in_place():
        torch.testing.assert_close(model.weight.detach(), expected, rtol=1e-4, atol=1e-4)


def test_the_model_itself_comes_back_and_goes_on_being_trained() -> None:
    model = a_model()
    average = WeightAverage(model)
    walk(average, model, range(1, 10))
    weight, before = model.weight, model.weight.detach().clone()
    with average.in_place():
        assert model.weight is weight
        assert not torch.equal(model.weight, before)
    assert torch.equal(model.weight, before)
    walk(average, model, range(10, 11))
    assert not torch.equal(model.weight, before)


def test_before_any_training_it_is_the_model() -> None:
    model = a_model()
    before = model.weight.detach().clone()
    with WeightAverage(model).in_place():
        assert torch.equal(model.weight, before)


def test_it_follows_in_growing_steps() -> None:
    model = a_model()
    average = WeightAverage(model)
    average.follow(1000)
    after = average.tensors()["weight"].clone()
    with torch.no_grad():
        model.weight.add_(1.0)
    average.follow(1019)
    assert torch.equal(average.tensors()["weight"], after)
    average.follow(1020)
    assert not torch.equal(average.tensors()["weight"], after)


def test_it_goes_on_from_its_tensors() -> None:
    model, other = a_model(), a_model()
    average, later = WeightAverage(model), WeightAverage(other)
    walk(average, model, range(1, 10))
    later.resume({name: tensor.clone() for name, tensor in average.tensors().items()})
    walk(average, model, range(10, 20))
    walk(later, other, range(10, 20))
    assert all(torch.equal(average.tensors()[name], tensor) for name, tensor in later.tensors().items())
