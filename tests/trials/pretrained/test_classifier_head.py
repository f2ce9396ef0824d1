"""The layer that computes the logits, in classifiers of transformers of many kinds."""

import pytest
import torch
from torch import nn
from transformers import AutoConfig, AutoModelForSequenceClassification, PreTrainedModel

from trials.pretrained.classifier_head import head_of, tempered

SMALL = {
    "vocab_size": 40,
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "num_labels": 3,
    "pad_token_id": 0,
}
HEADS = {
    "bert": "classifier",
    "distilbert": "classifier",
    "roberta": "classifier.out_proj",
    "mpnet": "classifier.out_proj",
    "electra": "classifier.out_proj",
    "deberta-v2": "classifier",
    "albert": "classifier",
    "modernbert": "classifier",
    "gpt2": "score",
    "qwen2": "score",
    "llama": "score",
}
TOKENS = torch.tensor([[5, 6, 7, 8]])


def built(kind: str) -> PreTrainedModel:
    torch.manual_seed(0)
    own = {"num_key_value_heads": 2} if kind in ("qwen2", "llama") else {}
    config = AutoConfig.for_model(kind, **SMALL, **own)
    config.pad_token_id = 0
    return AutoModelForSequenceClassification.from_config(config).train()


@pytest.mark.parametrize(("kind", "name"), HEADS.items())
def test_a_temperature_in_the_head_divides_the_logits(kind, name):
    model = built(kind)
    assert head_of(model) == name
    assert model.training, "nothing has changed"
    with torch.inference_mode():
        before = model.eval()(input_ids=TOKENS).logits
        model.load_state_dict(tempered(model.state_dict(), name, 0.5))
        torch.testing.assert_close(model(input_ids=TOKENS).logits, before * 2)


def test_a_layer_whose_outputs_are_changed_afterwards_is_no_head():
    model = built("bert")
    model.classifier = nn.Sequential(nn.Linear(16, 3), nn.Tanh())
    assert head_of(model) is None


def test_a_classifier_without_such_a_layer_has_no_head():
    model = built("bert")
    model.classifier = nn.Identity()
    assert head_of(model) is None
