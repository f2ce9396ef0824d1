"""Megatron BERT's own forward pass, at the ends of what it is given."""

import torch

from tests.trials.models.cpu.models import MASK, TOKENS, assert_same_at_the_edges, build, transformers_logits
from trials.models.cpu.megatron_bert import megatron_bert_logits


def test_logits_at_the_edges_are_those_of_transformers() -> None:
    assert_same_at_the_edges(megatron_bert_logits, "megatron-bert/cls", heads=3, head_width=5)


def test_the_last_norm_and_the_type_of_the_tokens_count() -> None:
    """Both are at their first values in a new model, where leaving them out would change next to nothing."""
    model = build("megatron-bert/cls").eval()
    with torch.inference_mode():
        before = megatron_bert_logits(model, TOKENS, MASK, torch.float32)
        for part in (model.bert.encoder.ln, model.bert.embeddings.token_type_embeddings):
            part.weight.normal_()
            after = megatron_bert_logits(model, TOKENS, MASK, torch.float32)
            torch.testing.assert_close(after, transformers_logits(model, TOKENS, MASK), rtol=1e-4, atol=1e-5)
            assert not torch.allclose(after, before, atol=1e-4)
            before = after
