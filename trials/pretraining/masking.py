"""Which tokens of a batch are to be guessed, and what stands in their places."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from trials.data import EncodedDataset
from trials.data.encoding import Batch
from trials.errors import PretrainedError

MASKED, REPLACED = 0.8, 0.1
"""Of the tokens to be guessed, those that become the mask, and those that become any token; the others stay.

Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding", 2019, 3.1.
"""


NOTHING = -1
"""Stands among the targets where nothing is to be guessed."""


@dataclass(frozen=True)
class MaskedBatch:
    """A batch with some tokens covered. `targets` are what stood there, and `NOTHING` elsewhere, (b, longest) int64."""

    batch: Batch
    targets: NDArray[np.int64]

    @property
    def guesses(self) -> int:
        """How many tokens are to be guessed."""
        return int(np.count_nonzero(self.targets != NOTHING))

    def split(self, parts: int) -> "Iterator[MaskedBatch]":
        """The same texts in `parts` batches or fewer, as `Batch.split` has them."""
        start = 0
        for part in self.batch.split(parts):
            yield MaskedBatch(part, self.targets[start : start + len(part)])
            start += len(part)


@dataclass(frozen=True)
class Masking:
    """How tokens are covered: a `share` of those that are not `special`, which are never chosen."""

    share: float
    mask_id: int
    vocabulary_size: int
    special: tuple[int, ...]

    def cover(self, batch: Batch, generator: np.random.Generator) -> MaskedBatch:
        """The batch with other tokens covered each time; at least one, where there is any that could be."""
        able = ~np.isin(batch.tokens, self.special)
        if batch.mask is not None:
            able &= batch.mask
        chosen = able & (generator.random(batch.tokens.shape) < self.share)
        if not chosen.any() and able.any():
            places = np.flatnonzero(able)
            chosen.flat[places[generator.integers(len(places))]] = True
        there = batch.tokens[chosen]
        fate = generator.random(len(there))
        others = generator.integers(0, self.vocabulary_size, size=len(there))
        tokens = batch.tokens.copy()
        tokens[chosen] = np.where(fate < MASKED, self.mask_id, np.where(fate < MASKED + REPLACED, others, there))
        return MaskedBatch(Batch(tokens, batch.mask, batch.labels), np.where(chosen, batch.tokens, NOTHING))


def masking_of(data: EncodedDataset, share: float) -> Masking:
    """How the tokens of `data` are covered.

    Raises:
        PretrainedError: its tokenizer has no token for what is covered.
    """
    tokenizer = Tokenizer.from_str(data.tokenizer)
    ids = {role: tokenizer.token_to_id(token) for role, token in data.specials.items()}
    mask_id = ids.get("mask_token")
    if mask_id is None:
        raise PretrainedError(
            "the tokenizer must have a mask token for pretraining, but it names none; leave pretraining.epochs at 0"
        )
    return Masking(share, mask_id, data.vocabulary_size, tuple(found for found in ids.values() if found is not None))
