"""BERT's own forward pass, at the ends of what it is given, and against its parts."""

import torch

from tests.trials.models.cpu.models import MASK, TOKENS, assert_same_at_the_edges, build
from trials.models.cpu.bert import bert_logits, bert_states


def test_logits_at_the_edges_are_those_of_transformers() -> None:
    assert_same_at_the_edges(bert_logits, "bert/cls", heads=3, head_width=5)


def test_logits_follow_from_the_first_token_alone() -> None:
    model = build("bert/cls").eval()
    with torch.inference_mode():
        first = bert_states(model, TOKENS, MASK, torch.float32)[:, 0]
        expected = model.classifier(torch.tanh(model.bert.pooler.dense(first)))
        torch.testing.assert_close(bert_logits(model, TOKENS, MASK, torch.float32), expected)


def test_positions_count_from_the_first_token() -> None:
    """Without its positions, a text and its reverse would be the same."""
    model = build("bert/cls").eval()
    model.bert.embeddings.position_embeddings.weight.data.zero_()
    turned = torch.cat([TOKENS[:, :1], TOKENS[:, 1:].flip(1)], dim=1)
    with torch.inference_mode():
        same = [bert_logits(model, tokens, None, torch.float32) for tokens in (TOKENS, turned)]
        torch.testing.assert_close(*same)
        model.bert.embeddings.position_embeddings.weight.normal_()
        other = [bert_logits(model, tokens, None, torch.float32) for tokens in (TOKENS, turned)]
    assert not torch.allclose(*other, rtol=0, atol=1e-5)
