from dataclasses import replace

import pytest
import torch
from torch.nn.functional import cross_entropy
from transformers import PreTrainedModel

from search_spaces.spaces.encoder import ENCODERS
from tests.trials.toy import LABELS, toy_point
from trials.models import FAMILIES, build_model
from trials.models.cpu import FORWARDS, STATES, logits_of, states_of
from trials.models.cpu.dropout import use_byte_dropout
from trials.models.family import ACTIVATIONS

TOKENS = torch.randint(5, 50, (6, 11), generator=torch.Generator().manual_seed(0))
TARGETS = torch.arange(6) % 3
MASK = torch.arange(11) < torch.tensor([[11], [3], [7], [11], [1], [9]])


def build(encoder: str, **fields: object) -> PreTrainedModel:
    """A model of two layers whose gains and biases are not at their first values."""
    torch.manual_seed(0)
    point = toy_point(encoder)
    still = {"hidden_dropout": 0.0, "classifier_dropout": 0.0, "depth": 2}
    model = build_model(
        replace(point.architecture, **(still | fields)), vocabulary_size=50, max_length=16, label_names=LABELS
    )
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter), alpha=0.05)
    return model


def gradients(model: PreTrainedModel, logits: torch.Tensor) -> dict[str, torch.Tensor]:
    model.zero_grad()
    cross_entropy(logits, TARGETS).backward()
    return {name: weight.grad.clone() for name, weight in model.named_parameters() if weight.requires_grad}


@pytest.mark.parametrize("mask", [None, MASK], ids=["whole", "padded"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("encoder", ENCODERS)
def test_logits_and_gradients_are_those_of_transformers(
    encoder: str, activation: str, mask: torch.Tensor | None
) -> None:
    model = build(encoder, activation=activation).train()
    expected = model(input_ids=TOKENS, attention_mask=mask).logits
    found = logits_of(model, TOKENS, mask)
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(gradients(model, found), gradients(model, expected), rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("mask", [None, MASK], ids=["whole", "padded"])
@pytest.mark.parametrize("encoder", ENCODERS)
def test_what_is_made_of_each_token_is_that_of_transformers(encoder: str, mask: torch.Tensor | None) -> None:
    model = build(encoder).train()
    real = torch.ones_like(TOKENS, dtype=torch.bool) if mask is None else mask
    expected = model.base_model(input_ids=TOKENS, attention_mask=mask).last_hidden_state[real]
    found = states_of(model, TOKENS, mask)[real]
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)
    weights = {name: weight for name, weight in model.base_model.named_parameters() if weight.requires_grad}

    def slopes(states: torch.Tensor) -> dict[str, torch.Tensor | None]:
        """Of a sum of which every token has its own share: a norm would leave no slope of a plain sum."""
        shares = torch.randn(states.shape, generator=torch.Generator().manual_seed(0))
        found = torch.autograd.grad((states * shares).sum(), list(weights.values()), allow_unused=True)
        return dict(zip(weights, found, strict=True))

    ours, theirs = slopes(found), slopes(expected)
    for name, slope in theirs.items():
        assert (slope is None) == (ours[name] is None), name
        if slope is not None:
            torch.testing.assert_close(ours[name], slope, rtol=1e-3, atol=1e-3, msg=name)


@pytest.mark.parametrize("encoder", ENCODERS)
def test_training_goes_on_after_a_look_at_texts_of_the_same_length(encoder: str) -> None:
    model = build(encoder)
    tokens = TOKENS.repeat(1, 2)[:, :13]
    with torch.inference_mode():
        logits_of(model.eval(), tokens, None)
    cross_entropy(logits_of(model.train(), tokens, None), TARGETS).backward()


@pytest.mark.parametrize("encoder", ENCODERS)
def test_every_dropout_has_its_effect_in_training_alone(encoder: str) -> None:
    for name in ("hidden_dropout", "attention_dropout", "classifier_dropout"):
        model = build(encoder, **{name: 0.3})
        use_byte_dropout(model)
        first, second = (logits_of(model.train(), TOKENS, None) for _ in range(2))
        assert not torch.equal(first, second), name
        first, second = (logits_of(model.eval(), TOKENS, None) for _ in range(2))
        assert torch.equal(first, second), name


def test_every_family_of_ours_has_one() -> None:
    built = {type(build(f"{family.name}/{family.poolings[0]}")) for family in FAMILIES.values()}
    assert built == set(FORWARDS)
    assert set(STATES) <= built


@pytest.mark.parametrize("encoder", ENCODERS)
def test_bf16_is_for_products_alone(encoder: str) -> None:
    model = build(encoder).train()
    expected = logits_of(model, TOKENS, MASK)
    found = logits_of(model, TOKENS, MASK, torch.bfloat16)
    assert found.dtype is torch.float32
    assert not torch.equal(found, expected)
    torch.testing.assert_close(found, expected, rtol=0.05, atol=0.02)
    exact, rounded = gradients(model, expected), gradients(model, found)
    for name, gradient in exact.items():
        assert rounded[name].dtype is torch.float32
        assert (rounded[name] - gradient).norm() <= 0.05 * gradient.norm() + 1e-4, name


def test_a_family_without_one_computes_bf16_by_autocast(monkeypatch: pytest.MonkeyPatch) -> None:
    model = build("modernbert/mean").eval()
    monkeypatch.delitem(FORWARDS, type(model))
    with torch.inference_mode():
        found = logits_of(model, TOKENS, None, torch.bfloat16)
        with torch.autocast("cpu", torch.bfloat16):
            torch.testing.assert_close(found, model(input_ids=TOKENS).logits.float(), rtol=0, atol=0)
        torch.testing.assert_close(logits_of(model, TOKENS, None), model(input_ids=TOKENS).logits, rtol=0, atol=0)
