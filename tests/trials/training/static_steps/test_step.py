import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from tests.trials.training.test_trainer import DATA, model_of, still_point
from trials.data.encoding.batches import collate
from trials.training.static_steps.device_split import DeviceSplit
from trials.training.static_steps.step import StaticStep

CPU = torch.device("cpu")
ROWS, LENGTH, RATE = 8, 24, 0.125


@pytest.fixture
def model():
    return model_of(still_point("bert/cls")).train()


def step_of(model, clip: float = 1e9) -> StaticStep:
    """A step with plain gradient descent, whose change of a weight is its gradient times the rate."""
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE)
    for group in optimizer.param_groups:
        group["initial_lr"] = RATE

    def losses(logits, labels):
        return cross_entropy(logits, labels, reduction="none")

    return StaticStep(model, optimizer, losses, DeviceSplit(DATA.train, CPU), rows=ROWS, clip=clip, dtype=torch.float32)


def expected(model, rows) -> tuple[float, dict[str, torch.Tensor]]:
    """The sum of the losses and the gradients of their mean, as transformers gives them."""
    batch = collate(DATA.train, np.array(rows))
    mask = None if batch.mask is None else torch.from_numpy(batch.mask)
    output = model(input_ids=torch.from_numpy(batch.tokens), attention_mask=mask, labels=torch.from_numpy(batch.labels))
    output.loss.backward()
    gradients = {name: each.grad.clone() for name, each in model.named_parameters() if each.grad is not None}
    model.zero_grad(set_to_none=True)
    return output.loss.item() * len(rows), gradients


def norm(tensors) -> float:
    return float(torch.sqrt(sum((tensor**2).sum() for tensor in tensors)))


@pytest.mark.parametrize("rows", [[0, 5, 9, 2, 2, 11, 40, 7], [3, 1, 8]])
def test_gradients_are_those_of_the_rows_that_count(model, rows):
    total, gradients = expected(model, rows)
    step = step_of(model)
    step.load(np.array(rows), 1.0)
    assert step.backward(LENGTH).item() == pytest.approx(total, rel=1e-5)
    for name, weight in model.named_parameters():
        torch.testing.assert_close(weight.grad, gradients[name], rtol=1e-4, atol=1e-6, msg=name)


def test_an_attempt_that_failed_leaves_nothing_in_the_next_one(model):
    total, gradients = expected(model, [3, 1, 8])
    step = step_of(model)
    step.load(np.array([3, 1, 8]), 1.0)
    step.backward(LENGTH)
    assert step.backward(LENGTH).item() == pytest.approx(total, rel=1e-5)
    weight = model.classifier.weight
    torch.testing.assert_close(weight.grad, gradients["classifier.weight"], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("factor", [1.0, 0.25])
def test_weights_change_by_the_rate_at_the_moment_and_losses_add_up(model, factor):
    total, gradients = expected(model, [3, 1, 8])
    step, before = step_of(model), model.classifier.weight.detach().clone()
    step.load(np.array([3, 1, 8]), factor)
    step.update(step.backward(LENGTH))
    changed = before - model.classifier.weight.detach()
    torch.testing.assert_close(changed, factor * RATE * gradients["classifier.weight"], rtol=1e-3, atol=1e-6)
    assert step.total.item() == pytest.approx(total, rel=1e-5)
    assert model.classifier.weight.grad is None
    step.update(step.backward(LENGTH))
    assert step.total.item() > total


def test_the_whole_gradient_is_no_longer_than_it_may_be(model):
    step = step_of(model, clip=0.01)
    before = [weight.detach().clone() for weight in model.parameters()]
    step.load(np.array([3, 1, 8]), 1.0)
    step.update(step.backward(LENGTH))
    changes = [old - new.detach() for old, new in zip(before, model.parameters(), strict=True)]
    assert norm(changes) == pytest.approx(RATE * 0.01, rel=1e-3)
