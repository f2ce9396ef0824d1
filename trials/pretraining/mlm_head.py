"""The masked-language-model head, for any encoder; it shares the matrix of the embeddings."""

import torch
from torch import nn
from torch.nn.functional import linear


class MlmHead(nn.Module):
    """Computes the score of each word of the vocabulary from an encoder's output for a token.

    It shares the matrix of the embeddings (Press & Wolf, "Using the Output Embedding to Improve Language Models",
    2017). Its linear layer starts as the identity, so that the outputs of a pretrained encoder are usable from the
    start.
    """

    def __init__(self, width: int, embeddings: torch.Tensor) -> None:
        """Create the head. `width` is the encoder's; `embeddings` are (vocabulary, e), where e is usually `width`."""
        super().__init__()
        words, size = embeddings.shape
        self.map = nn.Linear(width, size)
        if width == size:
            nn.init.eye_(self.map.weight)
        nn.init.zeros_(self.map.bias)
        self.norm = nn.LayerNorm(size)
        self.bias = nn.Parameter(torch.zeros(words))

    def scores(self, states: torch.Tensor, embeddings: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
        """Return logits (n, vocabulary), fp32, of states (n, width); the large product is computed in `dtype`."""
        mapped = self.norm(self.map(states)).to(dtype)
        return linear(mapped, embeddings.to(dtype)).float() + self.bias
