"""An encoder cut to size computes what it computed before with the rest of it silent, in every family."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy
from transformers import (
    AutoConfig,
    AutoModelForSequenceClassification,
    BertConfig,
    ConvBertConfig,
    DebertaConfig,
    DebertaV2Config,
    DistilBertConfig,
    ElectraConfig,
    FNetConfig,
    MegatronBertConfig,
    ModernBertConfig,
    MPNetConfig,
    PreTrainedConfig,
    PreTrainedModel,
    RobertaConfig,
    RoFormerConfig,
)

from search_spaces import Kept
from trials.data.dataset import EncodedSplit
from trials.models.cpu import has_own_forward, logits_of
from trials.pretrained.layer_anatomy import anatomy_of
from trials.pretrained.layer_levels import layers_of, levels_of
from trials.pretrained.structured_pruning import cut, keep_layers, keep_parts, kept_heads

SMALL = {"vocab_size": 50, "hidden_size": 16, "num_attention_heads": 4, "intermediate_size": 32, "num_hidden_layers": 4}
IDS = {"pad_token_id": 0, "cls_token_id": 1, "sep_token_id": 2, "bos_token_id": 1, "eos_token_id": 2}
CONFIGS: dict[str, PreTrainedConfig] = {
    "bert": BertConfig(**SMALL),
    "roberta": RobertaConfig(**SMALL),
    "electra": ElectraConfig(**SMALL, embedding_size=8),
    "modernbert": ModernBertConfig(**SMALL, **IDS),
    "deberta": DebertaV2Config(
        **SMALL, relative_attention=True, pos_att_type=["p2c", "c2p"], norm_rel_ebd="layer_norm"
    ),
    "megatron-bert": MegatronBertConfig(**SMALL),
    "roformer": RoFormerConfig(**SMALL, embedding_size=16),
    "distilbert": DistilBertConfig(vocab_size=50, dim=16, n_heads=4, hidden_dim=32, n_layers=4),
}
TOKENS = torch.randint(5, 50, (4, 11), generator=torch.Generator().manual_seed(0))
MASK = torch.arange(11) < torch.tensor([[11], [3], [7], [9]])
TEXTS = EncodedSplit(
    np.random.default_rng(0).integers(5, 50, size=60, dtype=np.int32),
    np.array([0, 11, 14, 40, 60], dtype=np.int64),
    np.array([0, 1, 0, 1]),
)
HEADS, UNITS = [[0, 2], [1, 3], [0, 1], [2, 3]], [[0, 5, 31], [1, 2, 3], [9, 10, 30], [4, 6, 8]]


def built(config: PreTrainedConfig) -> PreTrainedModel:
    """With biases and gains that are not at their first values, and attention that is not nearly even."""
    torch.manual_seed(0)
    copied = type(config).from_dict(config.to_dict())
    model: PreTrainedModel = AutoModelForSequenceClassification.from_config(copied).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter), alpha=0.3)
    return model


@pytest.fixture(params=CONFIGS)
def model(request: pytest.FixtureRequest) -> PreTrainedModel:
    return built(CONFIGS[request.param])


def logits(model: PreTrainedModel) -> torch.Tensor:
    with torch.inference_mode():
        found: torch.Tensor = model.eval()(input_ids=TOKENS, attention_mask=MASK.long()).logits
    return found


def silence(reader: torch.nn.Linear, kept: Sequence[int], width: int = 1) -> None:
    """Zeroes what a matrix reads of all that is not kept, `width` features each."""
    for place in range(reader.in_features // width):
        if place not in kept:
            reader.weight.data[:, place * width : (place + 1) * width] = 0.0


def test_without_heads_and_units_it_gives_what_it_gave_with_them_silent(model: PreTrainedModel) -> None:
    for layer, heads, units in zip(anatomy_of(model), HEADS, UNITS, strict=True):
        silence(layer.from_heads, heads, width=4)
        silence(layer.from_units, units)
    expected, before = logits(model), model.num_parameters()
    keep_parts(model, HEADS, UNITS)
    torch.testing.assert_close(logits(model), expected, rtol=1e-4, atol=1e-5)
    assert model.num_parameters() < before
    assert kept_heads(model) == 2


def test_without_layers_it_gives_what_the_others_give(model: PreTrainedModel) -> None:
    whole = layers_of(model)
    kept = [0, 2, 3]
    expected = [dict(whole[index].named_parameters()) for index in kept]
    before = logits(model)
    keep_layers(model, kept)
    assert [dict(layer.named_parameters()) for layer in layers_of(model)] == expected
    assert levels_of(model).depth == 3
    assert not torch.equal(logits(model), before)


@pytest.mark.parametrize("kept", [Kept(0.5, 1.0, 0.5, "spread"), Kept(0.25, 1.0, 1.0, "lowest")], ids=str)
def test_with_all_its_heads_its_config_tells_all_of_it(model: PreTrainedModel, kept: Kept, tmp_path: Path) -> None:
    cut(model, kept, TEXTS)
    model.config.save_pretrained(tmp_path)
    again = AutoModelForSequenceClassification.from_config(AutoConfig.from_pretrained(tmp_path))
    again.load_state_dict(model.state_dict(), strict=True)
    assert kept_heads(model) is None
    torch.testing.assert_close(logits(again), logits(model))


def test_all_of_it_is_what_it_was(model: PreTrainedModel) -> None:
    before = logits(model)
    cut(model, Kept(1.0, 1.0, 1.0, "lowest"))
    assert torch.equal(logits(model), before)


def test_parts_are_not_chosen_without_texts(model: PreTrainedModel) -> None:
    cut(model, Kept(0.5, 1.0, 1.0, "lowest"))
    with pytest.raises(ValueError, match="must be texts"):
        cut(model, Kept(1.0, 0.5, 1.0, "lowest"))


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (MPNetConfig(**SMALL), "does not compute without some of its heads"),
        (DebertaConfig(**SMALL), "does not compute without some of its heads"),
        (ConvBertConfig(**SMALL, embedding_size=16), "must have matrices to its heads"),
        (
            FNetConfig(vocab_size=50, hidden_size=16, intermediate_size=32, num_hidden_layers=4),
            "must have attention heads",
        ),
    ],
    ids=lambda given: getattr(given, "model_type", ""),
)
def test_a_family_that_is_built_otherwise_is_refused(config: PreTrainedConfig, said: str) -> None:
    """Positions by head outside of the layers, queries and keys by turns, convolutions, no attention."""
    with pytest.raises(ValueError, match=said):
        cut(built(config), Kept(1.0, 0.5, 1.0, "lowest"), TEXTS)


def test_heads_that_a_family_counts_in_another_order_are_not_cut_in_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    model = built(CONFIGS["bert"])
    monkeypatch.setattr("trials.pretrained.structured_pruning.COUNTS_OF_HEADS", ())
    for layer in layers_of(model):
        layer.attention.self.query.register_forward_hook(lambda _module, _inputs, output: output.flip(-1))
    with pytest.raises(ValueError, match="gives other outputs without a head"):
        keep_parts(model, HEADS, UNITS)


@pytest.mark.parametrize("mask", [None, MASK], ids=["whole", "padded"])
@pytest.mark.parametrize("family", ["bert", "megatron-bert", "roformer", "modernbert"])
def test_our_logits_and_gradients_are_those_of_transformers(family: str, mask: torch.Tensor | None) -> None:
    """Ours, where it takes fewer heads; else it leaves the model to transformers."""
    config = CONFIGS[family]
    if family == "modernbert":
        config = ModernBertConfig(**SMALL, **IDS, layer_types=["full_attention"] * 4)
    model = built(config)
    keep_parts(model, HEADS, UNITS)
    for part in model.modules():
        if isinstance(part, torch.nn.Dropout):
            part.p = 0.0
    model.train()
    assert has_own_forward(model, torch.device("cpu")) is (family in {"bert", "megatron-bert"})
    found = []
    for scores in (model(input_ids=TOKENS, attention_mask=mask).logits, logits_of(model, TOKENS, mask)):
        model.zero_grad()
        cross_entropy(scores, torch.tensor([0, 1, 0, 1])).backward()
        found.append((scores, {name: p.grad.clone() for name, p in model.named_parameters() if p.grad is not None}))
    torch.testing.assert_close(found[1][0], found[0][0], rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(found[1][1], found[0][1], rtol=1e-3, atol=1e-5)
