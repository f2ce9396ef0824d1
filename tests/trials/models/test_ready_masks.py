"""Masks that are made without a look at their values: the same outputs, and nothing waits for the device."""

import pytest
import torch
from transformers import ModernBertConfig, ModernBertForSequenceClassification

from search_spaces.spaces.encoder import ENCODERS
from tests.trials.training.test_trainer import model_of, still_point
from trials.models.ready_masks import ready_masks


def outputs(model, mask):
    tokens = torch.arange(5, 5 + mask.numel()).view(mask.shape) % 15
    with torch.inference_mode():
        return model(input_ids=tokens, attention_mask=mask).logits


def local_attention():
    torch.manual_seed(5)
    config = ModernBertConfig(
        vocab_size=32,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        num_labels=3,
        local_attention=6,
        layer_types=["full_attention", "sliding_attention"],
        pad_token_id=0,
        cls_token_id=2,
        sep_token_id=3,
        bos_token_id=2,
        eos_token_id=3,
        attn_implementation="sdpa",
    )
    return ModernBertForSequenceClassification(config).eval()


@pytest.mark.parametrize("padded", [False, True])
@pytest.mark.parametrize("encoder", [*ENCODERS, "local"])
def test_outputs_stay_and_no_value_is_read(encoder, padded, monkeypatch):
    model = local_attention() if encoder == "local" else model_of(still_point(encoder)).eval()
    mask = torch.ones(3, 16, dtype=torch.bool)
    if padded:
        mask[0, 9:] = mask[2, 3:] = False
    expected = outputs(model, mask)
    monkeypatch.setattr(torch.Tensor, "__bool__", lambda tensor: pytest.fail("a tensor's value is read"))
    with ready_masks():
        found = outputs(model, mask)
    monkeypatch.undo()
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(outputs(model, mask), expected, rtol=0, atol=0)


def test_no_mask_of_local_attention_is_made_where_no_layer_reads_one(monkeypatch):
    model, made = model_of(still_point()).eval(), []
    monkeypatch.setattr("trials.models.ready_masks.sdpa_mask", lambda **arguments: made.append(arguments))
    with ready_masks():
        outputs(model, torch.ones(2, 16, dtype=torch.bool))
    assert made == []
