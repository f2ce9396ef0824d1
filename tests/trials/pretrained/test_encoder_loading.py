from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import DistilBertConfig, MegatronBertConfig, ModernBertConfig, RoFormerConfig

from search_spaces import Pretrained
from tests.trials.pretrained.checkpoints import BERT, BERT_SIZES, WORDS, save_checkpoint
from trials.errors import PretrainedError
from trials.models.cpu import has_own_forward, logits_of
from trials.pretrained.encoder_loading import load_model
from trials.pretrained.layer_levels import levels_of

LABELS = ("sport", "politics", "culture")
CPU = torch.device("cpu")
MODERNBERT = ModernBertConfig(
    vocab_size=len(WORDS), hidden_size=32, num_hidden_layers=4, num_attention_heads=2, intermediate_size=64,
    max_position_embeddings=20, pad_token_id=1,
)  # fmt: skip
TOKENS = torch.randint(5, len(WORDS), (4, 11), generator=torch.Generator().manual_seed(0))
MASK = torch.arange(11) < torch.tensor([[11], [3], [7], [9]])


def settings(checkpoint: Path | str, **fields: float) -> Pretrained:
    still = Pretrained(str(checkpoint), 0.0, hidden_dropout=0.0, attention_dropout=0.0, classifier_dropout=0.0)
    return replace(still, **fields)


def test_it_has_the_weights_of_the_checkpoint_under_a_new_classifier(checkpoint: Path) -> None:
    model = load_model(settings(checkpoint), LABELS)
    for name, weight in load_file(checkpoint / "model.safetensors").items():
        assert torch.equal(model.base_model.state_dict()[name], weight), name
    assert model.config.id2label == dict(enumerate(LABELS))
    assert model(input_ids=TOKENS).logits.shape == (4, 3)


def test_the_classifier_is_drawn_from_the_seed(checkpoint: Path) -> None:
    drawn = []
    for seed in (0, 0, 1):
        torch.manual_seed(seed)
        drawn.append(load_model(settings(checkpoint), LABELS).classifier.weight.detach())
    assert torch.equal(drawn[0], drawn[1])
    assert not torch.equal(drawn[0], drawn[2])


@pytest.mark.parametrize("labels", [("a", "b"), ("x", "y", "z")])
def test_the_classifier_of_another_task_is_not_taken(checkpoint: Path, tmp_path: Path, labels: tuple[str, ...]) -> None:
    other = load_model(settings(checkpoint), labels)
    other.save_pretrained(tmp_path / "other")
    for file in checkpoint.glob("tokenizer*"):
        (tmp_path / "other" / file.name).write_bytes(file.read_bytes())
    torch.manual_seed(5)
    found = load_model(settings(tmp_path / "other"), LABELS)
    assert found.classifier.weight.shape == (3, 32)
    assert len(labels) != 3 or not torch.equal(found.classifier.weight, other.classifier.weight)
    assert torch.equal(found.bert.pooler.dense.weight, other.bert.pooler.dense.weight)


def without(checkpoint: Path, part: str) -> None:
    weights = load_file(checkpoint / "model.safetensors")
    kept = {name: weight for name, weight in weights.items() if part not in name}
    assert len(kept) < len(weights)
    save_file(kept, checkpoint / "model.safetensors", {"format": "pt"})


def test_what_the_checkpoint_lacks_learns_as_the_classifier_does(checkpoint: Path) -> None:
    """BERT's pooler, where it was trained without one."""
    without(checkpoint, "pooler")
    model = load_model(settings(checkpoint, frozen_share=1.0), LABELS)
    assert not any("pooler" in name for name in levels_of(model).heights)
    trained = {name for name, weight in model.named_parameters() if weight.requires_grad}
    assert trained == {f"{part}.{kind}" for part in ("bert.pooler.dense", "classifier") for kind in ("weight", "bias")}


@pytest.mark.parametrize("part", ["layer.2.output.dense.weight", "word_embeddings", "encoder"])
def test_an_encoder_that_lacks_weights_is_refused(checkpoint: Path, part: str) -> None:
    without(checkpoint, part)
    with pytest.raises(PretrainedError, match="its file has no weights"):
        load_model(settings(checkpoint), LABELS)


def test_weights_of_another_size_are_refused(checkpoint: Path) -> None:
    config = checkpoint / "config.json"
    config.write_text(config.read_text().replace('"intermediate_size": 64', '"intermediate_size": 48'))
    with pytest.raises(PretrainedError, match="must be an encoder"):
        load_model(settings(checkpoint), LABELS)


@pytest.mark.parametrize("config", [BERT, MODERNBERT, DistilBertConfig(vocab_size=20, dim=32, n_heads=2, n_layers=2)],
                         ids=lambda config: config.model_type)  # fmt: skip
@pytest.mark.parametrize("name", ["hidden_dropout", "attention_dropout", "classifier_dropout"])
def test_every_dropout_has_its_effect(tmp_path: Path, config: object, name: str) -> None:
    checkpoint = save_checkpoint(tmp_path / "checkpoint", config)
    still = load_model(settings(checkpoint), LABELS).train()
    noisy = load_model(settings(checkpoint, **{name: 0.5}), LABELS).train()
    for model, same in ((still, True), (noisy, False)):
        first, second = (model(input_ids=TOKENS).logits for _ in range(2))
        assert torch.equal(first, second) is same


@pytest.mark.parametrize(
    ("config", "own"),
    [
        (BERT, True),
        (MODERNBERT, False),
        (MegatronBertConfig(**BERT_SIZES), True),
        (RoFormerConfig(**BERT_SIZES), True),
        (RoFormerConfig(**BERT_SIZES, embedding_size=16), False),
        (RoFormerConfig(**BERT_SIZES, rotary_value=True), False),
    ],
    ids=["bert", "modernbert", "megatron-bert", "roformer", "roformer-narrow", "roformer-values"],
)
@pytest.mark.parametrize("frozen_share", [0.0, 0.5])
def test_logits_and_gradients_are_those_of_transformers(
    tmp_path: Path, config: object, own: bool, frozen_share: float
) -> None:
    """ModernBERT as it is pretrained attends locally in most layers, which our forward pass does not.

    RoFormers of some makers have narrow embeddings, or turn values, too.
    """
    model = load_model(settings(save_checkpoint(tmp_path, config), frozen_share=frozen_share), LABELS).train()
    assert has_own_forward(model, CPU) is own
    found = []
    for logits in (model(input_ids=TOKENS, attention_mask=MASK).logits, logits_of(model, TOKENS, MASK)):
        model.zero_grad()
        logits.square().sum().backward()
        found.append((logits, {name: p.grad.clone() for name, p in model.named_parameters() if p.grad is not None}))
    torch.testing.assert_close(found[1][0], found[0][0], rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(found[1][1], found[0][1], rtol=1e-3, atol=1e-5)
    assert any("embeddings.word" in name or "tok_embeddings" in name for name in found[0][1]) == (frozen_share == 0.0)


def test_what_is_no_classifier_is_refused(checkpoint: Path) -> None:
    config = checkpoint / "config.json"
    config.write_text(config.read_text().replace('"model_type": "bert"', '"model_type": "vit"'))
    with pytest.raises(PretrainedError, match="must be an encoder"):
        load_model(settings(checkpoint), LABELS)


def test_memory_that_is_short_is_not_the_checkpoint_s_fault(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def short_of_memory(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr("trials.pretrained.encoder_loading.freeze", short_of_memory)
    with pytest.raises(torch.OutOfMemoryError):
        load_model(settings(checkpoint), LABELS)


def test_no_code_of_a_checkpoint_is_run(checkpoint: Path) -> None:
    config = checkpoint / "config.json"
    theirs = '"auto_map": {"AutoModelForSequenceClassification": "theirs.Model", "AutoConfig": "theirs.Config"},'
    config.write_text(config.read_text().replace('"model_type": "bert"', f'{theirs} "model_type": "theirs"'))
    (checkpoint / "theirs.py").write_text("raise SystemExit('their code has run')")
    with pytest.raises(PretrainedError):
        load_model(settings(checkpoint), LABELS)


def test_loading_says_nothing(checkpoint: Path, capfd: pytest.CaptureFixture[str]) -> None:
    load_model(settings(checkpoint), LABELS)
    assert capfd.readouterr() == ("", "")
