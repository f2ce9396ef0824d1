"""What every model family promises."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch.nn.functional import cross_entropy
from transformers import AutoModelForSequenceClassification, PreTrainedModel, pipeline

from tests.trials.toy import LABELS, MAX_LENGTH, toy_dataset, toy_point
from trials.checkpoint import Checkpoint
from trials.models import FAMILIES, build_model
from trials.models.family import ACTIVATIONS

DATA = toy_dataset()
ENCODERS = [f"{family.name}/{pooling}" for family in FAMILIES.values() for pooling in family.poolings]
TOKENS = torch.randint(5, DATA.vocabulary_size, (8, 12), generator=torch.Generator().manual_seed(0))
TARGETS = torch.arange(8) % len(LABELS)

pytestmark = pytest.mark.parametrize("encoder", ENCODERS)


def build(encoder: str, **fields: object) -> PreTrainedModel:
    torch.manual_seed(0)
    architecture = replace(toy_point(encoder).architecture, **fields)
    return build_model(
        architecture, vocabulary_size=DATA.vocabulary_size, max_length=MAX_LENGTH, label_names=DATA.label_names
    )


def test_logits_have_a_column_for_each_label(encoder: str) -> None:
    assert build(encoder)(input_ids=TOKENS).logits.shape == (8, len(LABELS))


def test_names_of_labels_are_in_the_config(encoder: str) -> None:
    config = build(encoder).config
    assert config.id2label == dict(enumerate(LABELS))
    assert config.label2id == {name: index for index, name in enumerate(LABELS)}


def test_every_name_in_the_table_is_the_family_s_own(encoder: str) -> None:
    name = encoder.partition("/")[0]
    assert FAMILIES[name].name == name


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_trains(encoder: str, activation: str) -> None:
    model = build(encoder, activation=activation, hidden_dropout=0.0, classifier_dropout=0.0)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    losses = []
    for _ in range(30):
        loss = cross_entropy(model(input_ids=TOKENS).logits, TARGETS)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]


def test_every_weight_gets_a_gradient(encoder: str) -> None:
    model = build(encoder)
    cross_entropy(model(input_ids=TOKENS).logits, TARGETS).backward()
    trained = {name: weight for name, weight in model.named_parameters() if weight.requires_grad}
    assert [name for name, weight in trained.items() if weight.grad is None] == []


def test_padding_changes_nothing(encoder: str) -> None:
    model = build(encoder).eval()
    padded = torch.cat([TOKENS, torch.zeros(8, 5, dtype=torch.long)], dim=1)
    with torch.inference_mode():
        plain = model(input_ids=TOKENS).logits
        masked = model(input_ids=padded, attention_mask=padded != 0).logits
    torch.testing.assert_close(masked, plain, rtol=1e-4, atol=1e-5)


def test_word_order_matters(encoder: str) -> None:
    model = build(encoder, depth=2).eval()
    with torch.inference_mode():
        assert not torch.allclose(model(input_ids=TOKENS).logits, model(input_ids=TOKENS.flip(1)).logits, atol=1e-6)


def test_every_dropout_of_the_architecture_is_used(encoder: str) -> None:
    for name in ("hidden_dropout", "attention_dropout", "classifier_dropout"):
        none = {"hidden_dropout": 0.0, "attention_dropout": 0.0, "classifier_dropout": 0.0}
        still, noisy = build(encoder, **none).train(), build(encoder, **none | {name: 0.5}).train()
        assert torch.equal(still(input_ids=TOKENS).logits, still(input_ids=TOKENS).logits)
        assert not torch.equal(noisy(input_ids=TOKENS).logits, noisy(input_ids=TOKENS).logits)


def test_save_and_load_give_equal_logits_and_a_pipeline_loads_it(encoder: str, tmp_path: Path) -> None:
    model = build(encoder).eval()
    Checkpoint(tmp_path / "model", toy_dataset()).save(model)
    loaded = AutoModelForSequenceClassification.from_pretrained(tmp_path / "model")
    with torch.inference_mode():
        assert torch.equal(loaded(input_ids=TOKENS).logits, model(input_ids=TOKENS).logits)
    (answer,) = pipeline("text-classification", model=str(tmp_path / "model"), device="cpu")("the ball word1")
    assert answer["label"] in LABELS
    assert 1 / len(LABELS) <= answer["score"] <= 1
