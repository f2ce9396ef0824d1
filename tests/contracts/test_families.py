"""What every model family promises."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy
from transformers import AutoModelForSequenceClassification, PreTrainedModel, pipeline

from search_spaces import Pretraining
from tests.trials.toy import LABELS, MAX_LENGTH, toy_dataset, toy_point
from trials.classifiers.model_checkpoint import ModelCheckpoint
from trials.models import FAMILIES, INITIALIZATIONS, build_model
from trials.models.family import ACTIVATIONS
from trials.pretrained import head_of
from trials.pretraining.mlm_trainer import MlmTrainer
from trials.training.compute import Compute

DATA = toy_dataset()
ENCODERS = [f"{family.name}/{pooling}" for family in FAMILIES.values() for pooling in family.poolings]
TOKENS = torch.randint(5, DATA.vocabulary_size, (8, 12), generator=torch.Generator().manual_seed(0))
TARGETS = torch.arange(8) % len(LABELS)
OWN_WIDTHS = {"modernbert": 0.8796 * 0.02}
"""Families that draw their matrices in another way: ModernBERT's are cut off at twice their width."""

pytestmark = pytest.mark.parametrize("encoder", ENCODERS)


def build(encoder: str, **fields: object) -> PreTrainedModel:
    torch.manual_seed(0)
    architecture = replace(toy_point(encoder).architecture, **fields)
    return build_model(
        architecture, vocabulary_size=DATA.vocabulary_size, max_length=MAX_LENGTH, label_names=DATA.label_names
    )


def built(encoder: str) -> PreTrainedModel:
    """As transformers makes it."""
    torch.manual_seed(0)
    architecture = toy_point(encoder).architecture
    return FAMILIES[architecture.family].build(
        architecture, vocabulary_size=DATA.vocabulary_size, max_length=MAX_LENGTH, label_names=DATA.label_names
    )


def losses_of(model: PreTrainedModel) -> list[float]:
    """Over thirty steps on eight rows."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    losses = []
    for _ in range(30):
        loss = cross_entropy(model(input_ids=TOKENS).logits, TARGETS)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


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
    losses = losses_of(build(encoder, activation=activation, hidden_dropout=0.0, classifier_dropout=0.0))
    assert losses[-1] < 0.5 * losses[0]


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_activation_is_used(encoder: str, activation: str) -> None:
    others = [build(encoder, activation=other).eval() for other in ACTIVATIONS if other != activation]
    logits = build(encoder, activation=activation).eval()(input_ids=TOKENS).logits
    assert not any(torch.equal(other(input_ids=TOKENS).logits, logits) for other in others)


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


@pytest.mark.parametrize("how", INITIALIZATIONS)
def test_first_weights_are_drawn_from_the_seed_and_only_matrices_anew(encoder: str, how: str) -> None:
    model, again, plain = build(encoder, initialization=how), build(encoder, initialization=how), built(encoder)
    for name, weight in model.named_parameters():
        module = model.get_submodule(name.rpartition(".")[0])
        is_matrix = isinstance(module, nn.Linear) and name.endswith(".weight")
        first = 1 if isinstance(module, nn.Embedding) else 0  # padding has none
        assert torch.equal(weight, again.get_parameter(name)), name
        assert torch.equal(weight[first:], plain.get_parameter(name)[first:]) is (how == "normal" or not is_matrix), (
            name
        )
        if "norm" in name.lower() or ".ln." in name:
            assert set(weight.tolist()) == {0.0 if name.endswith(".bias") else 1.0}, name


@pytest.mark.parametrize("how", INITIALIZATIONS)
def test_padding_has_no_embedding_and_no_weight_is_a_copy(encoder: str, how: str) -> None:
    model = build(encoder, initialization=how)
    table = model.get_input_embeddings()
    assert table.padding_idx == 0
    assert not table.weight[0].any()
    assert len({weight.data_ptr() for weight in model.state_dict().values()}) == len(model.state_dict())


@pytest.mark.parametrize("how", INITIALIZATIONS)
def test_matrices_are_as_wide_as_promised(encoder: str, how: str) -> None:
    depth, family = 3, FAMILIES[encoder.partition("/")[0]]
    model = build(encoder, initialization=how, depth=depth, heads=4, feed_forward_ratio=3.0)
    matrices = {name: module for name, module in model.named_modules() if isinstance(module, nn.Linear)}
    assert sum(name.endswith(family.residual) for name in matrices) == 2 * depth
    for name, module in matrices.items():
        width = OWN_WIDTHS.get(family.name, 0.02) if how == "normal" else module.in_features**-0.5
        if name.endswith(family.residual) and (
            how == "depth_scaled" or (how == "normal" and family.name in OWN_WIDTHS)
        ):
            width *= (2 * depth) ** -0.5
        if how == "normal" and family.name in OWN_WIDTHS and name in ("head.dense", "classifier"):
            continue
        drawn, count = module.weight, module.weight.numel()
        assert drawn.std().item() == pytest.approx(width, rel=4 / count**0.5), name
        assert abs(drawn.mean().item()) < 4 * width / count**0.5, name


@pytest.mark.parametrize("how", INITIALIZATIONS)
def test_it_learns_from_all_first_weights(encoder: str, how: str) -> None:
    losses = losses_of(build(encoder, initialization=how, depth=2, hidden_dropout=0.0, classifier_dropout=0.0))
    assert losses[-1] < 0.5 * losses[0]


def test_save_and_load_give_calibrated_logits_and_a_pipeline_loads_it(encoder: str, tmp_path: Path) -> None:
    model = build(encoder).eval()
    ModelCheckpoint(tmp_path / "model", toy_dataset(), head_of(model)).save(model, temperature=0.25)
    loaded = AutoModelForSequenceClassification.from_pretrained(tmp_path / "model")
    with torch.inference_mode():
        assert torch.equal(loaded(input_ids=TOKENS).logits, model(input_ids=TOKENS).logits * 4)
    (answer,) = pipeline("text-classification", model=str(tmp_path / "model"), device="cpu")("the ball word1")
    assert answer["label"] in LABELS
    assert 1 / len(LABELS) <= answer["score"] <= 1


def test_its_encoder_learns_to_guess_tokens_and_goes_into_another_model(encoder: str) -> None:
    still = {"hidden_dropout": 0.0, "attention_dropout": 0.0, "classifier_dropout": 0.0}
    settings = Pretraining(epochs=12.0, learning_rate=3e-3, mask_share=0.3)
    trainer = MlmTrainer(build(encoder, **still), settings, DATA, 0, Compute(torch.device("cpu"), torch.float32))
    losses = [trainer.loss for _ in trainer.steps()]
    assert losses[-1] < 0.95 * losses[0]
    other = build(encoder, **still)
    other.base_model.load_state_dict(trainer.encoder())
    assert other(input_ids=TOKENS).logits.isfinite().all()
