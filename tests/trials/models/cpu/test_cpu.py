"""What every forward pass of ours promises: it gives what transformers gives, and other models are left to that."""

import pytest
import torch
from torch.nn.functional import cross_entropy
from transformers import (
    AutoModelForSequenceClassification,
    BertConfig,
    BertForSequenceClassification,
    ModernBertConfig,
)

from search_spaces.spaces.encoder import ENCODERS
from tests.trials.models.cpu.models import MASK, TARGETS, TOKENS, build, gradients, transformers_logits
from trials.models import FAMILIES
from trials.models.cpu import FORWARDS, STATES, has_own_forward, logits_of, states_of
from trials.models.cpu.dropout import use_byte_dropout
from trials.models.family import ACTIVATIONS


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
        # The slope of a key's bias is 0, whatever the weights: rounding alone is left of it.
        assert (rounded[name] - gradient).norm() <= 0.05 * gradient.norm() + 1e-3, name


def test_a_family_without_one_computes_bf16_by_autocast(monkeypatch: pytest.MonkeyPatch) -> None:
    model = build("modernbert/mean").eval()
    monkeypatch.delitem(FORWARDS, type(model))
    with torch.inference_mode():
        found = logits_of(model, TOKENS, None, torch.bfloat16)
        with torch.autocast("cpu", torch.bfloat16):
            torch.testing.assert_close(found, model(input_ids=TOKENS).logits.float(), rtol=0, atol=0)
        torch.testing.assert_close(logits_of(model, TOKENS, None), model(input_ids=TOKENS).logits, rtol=0, atol=0)


SMALL = {"vocab_size": 50, "hidden_size": 16, "num_attention_heads": 4, "intermediate_size": 32, "num_hidden_layers": 2}
GLOBAL = {
    "layer_types": ["full_attention"] * 2,
    **{"pad_token_id": 0, "cls_token_id": 1, "sep_token_id": 2, "bos_token_id": 1, "eos_token_id": 2},
}
LONGER = {"full_attention": {"rope_type": "linear", "factor": 4.0, "rope_theta": 160_000.0}}


@pytest.mark.parametrize(
    ("fields", "own"),
    [
        ({}, True),
        ({"rope_parameters": {"full_attention": {"rope_type": "default", "rope_theta": 777.0}}}, True),
        ({"rope_parameters": LONGER}, False),
        ({"hidden_activation": "gelu_new"}, False),
        ({"attention_bias": True}, False),
        ({"mlp_bias": True}, False),
        ({"norm_bias": True}, False),
    ],
    ids=str,
)
def test_a_pretrained_modernbert_is_left_to_transformers_where_ours_would_differ(fields: dict, own: bool) -> None:
    torch.manual_seed(0)
    slide = {"sliding_attention": {"rope_type": "default", "rope_theta": 10_000.0}}
    if rope := fields.get("rope_parameters"):
        fields = {**fields, "rope_parameters": {**slide, **rope}}
    model = AutoModelForSequenceClassification.from_config(ModernBertConfig(**SMALL, **GLOBAL, **fields)).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter), alpha=0.3)
    assert has_own_forward(model, torch.device("cpu")) is own
    with torch.inference_mode():
        expected = transformers_logits(model, TOKENS, MASK)
        torch.testing.assert_close(logits_of(model, TOKENS, MASK), expected, rtol=1e-4, atol=1e-4)


def test_a_decoder_and_another_device_have_none_of_ours() -> None:
    model = BertForSequenceClassification(BertConfig(**SMALL))
    assert has_own_forward(model, torch.device("cpu"))
    assert not has_own_forward(model, torch.device("cuda"))
    assert not has_own_forward(BertForSequenceClassification(BertConfig(**SMALL, is_decoder=True)), torch.device("cpu"))
