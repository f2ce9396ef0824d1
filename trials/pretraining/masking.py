"""Choice of the tokens of a batch that are to be predicted, and of what replaces them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from trials.data import EncodedDataset
from trials.data.encoding import Batch
from trials.errors import PretrainedError

MASKED, REPLACED = 0.8, 0.1
"""Of the tokens to predict, the shares that become the mask and that become a random token; the others stay.

Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding", 2019, 3.1.

Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding", 2019, 3.1.
"""


NOTHING = -1
"""Target where nothing is to be predicted."""


@dataclass(frozen=True)
class MaskedBatch:
    """A batch with masked tokens. `targets` (b, longest) int64 are the original tokens, and `NOTHING` elsewhere."""

    batch: Batch
    targets: NDArray[np.int64]

    @property
    def guesses(self) -> int:
        """Number of tokens to predict."""
        return int(np.count_nonzero(self.targets != NOTHING))

    def split(self, parts: int) -> "Iterator[MaskedBatch]":
        """Divide into `parts` batches or fewer, as `Batch.split` does."""
        start = 0
        for part in self.batch.split(parts):
            yield MaskedBatch(part, self.targets[start : start + len(part)])
            start += len(part)


@dataclass(frozen=True)
class Masking:
    """How tokens are masked: a `share` of those that are not `special`, which are never chosen."""

    share: float
    mask_id: int
    vocabulary_size: int
    special: tuple[int, ...]

    def cover(self, batch: Batch, generator: np.random.Generator) -> MaskedBatch:
        """Mask other tokens of the batch each time; at least one, if any can be masked."""
        maskable = ~np.isin(batch.tokens, self.special)
        if batch.mask is not None:
            maskable &= batch.mask
        chosen = maskable & (generator.random(batch.tokens.shape) < self.share)
        if not chosen.any() and maskable.any():
            candidates = np.flatnonzero(maskable)
            chosen.flat[candidates[generator.integers(len(candidates))]] = True
        originals = batch.tokens[chosen]
        draws = generator.random(len(originals))
        others = generator.integers(0, self.vocabulary_size, size=len(originals))
        tokens = batch.tokens.copy()
        tokens[chosen] = np.where(draws < MASKED, self.mask_id, np.where(draws < MASKED + REPLACED, others, originals))
        return MaskedBatch(Batch(tokens, batch.mask, batch.labels), np.where(chosen, batch.tokens, NOTHING))


def masking_of(data: EncodedDataset, share: float) -> Masking:
    """Return how the tokens of `data` are masked.

    Raises:
        PretrainedError: its tokenizer has no mask token.
    """
    tokenizer = Tokenizer.from_str(data.tokenizer)
    ids = {role: tokenizer.token_to_id(token) for role, token in data.specials.items()}
    mask_id = ids.get("mask_token")
    if mask_id is None:
        raise PretrainedError(
            "the tokenizer must have a mask token for pretraining, but it names none; leave pretraining.epochs at 0"
        )
    return Masking(share, mask_id, data.vocabulary_size, tuple(found for found in ids.values() if found is not None))
