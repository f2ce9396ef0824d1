"""Small models of each family, and what transformers computes for them."""

from dataclasses import replace

import torch
from torch.nn.functional import cross_entropy
from transformers import PreTrainedModel

from tests.trials.toy import LABELS, toy_point
from trials.models import build_model
from trials.models.cpu import Forward

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


def transformers_logits(model: PreTrainedModel, tokens: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
    logits: torch.Tensor = model(input_ids=tokens, attention_mask=mask).logits
    return logits


EDGES = {
    "one text of one token": (torch.tensor([[7]]), None),
    "as many tokens as positions": (torch.arange(32).reshape(2, 16) + 5, None),
    "one real token": (torch.arange(10).reshape(2, 5) + 5, torch.tensor([[True] * 5, [True] + [False] * 4])),
}
"""Tokens and mask at the ends of what a forward pass is given."""


def assert_same_at_the_edges(forward: Forward, encoder: str, **fields: object) -> None:
    """Logits of `forward` are those of transformers for each of `EDGES`, also if the only layer is the last one."""
    for depth in (1, 3):
        model = build(encoder, depth=depth, **fields).eval()
        for name, (tokens, mask) in EDGES.items():
            with torch.inference_mode():
                found = forward(model, tokens, mask, torch.float32)
                expected = transformers_logits(model, tokens, mask)
            torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5, msg=f"{name}, depth {depth}")
