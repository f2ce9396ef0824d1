"""The texts that the stage reads: those of the training split and those without labels, and no others."""

import numpy as np
from numpy.typing import NDArray

from trials.data import EncodedDataset, EncodedSplit

LONGEST = 128
"""Tokens of a text that are read, special ones included: attention over more costs much, and BERT learnt nine tenths of
what it knows so (Devlin et al., 2019, A.2). Trials that keep more of a text for their classes share the stage."""


def corpus_of(data: EncodedDataset) -> EncodedSplit:
    """Training and unlabelled texts, cut at `LONGEST`; all have the label 0, as nobody here is to know of labels."""
    parts = [data.train] if data.unlabeled is None else [data.train, data.unlabeled]
    tokens, lengths = zip(*(_cut(part) for part in parts), strict=True)
    offsets = np.concatenate([[0], np.cumsum(np.concatenate(lengths))]).astype(np.int64)
    labels = np.zeros(len(offsets) - 1, dtype=np.int64)
    return EncodedSplit(np.concatenate(tokens), offsets, labels, data.train.padding_id)


def _cut(split: EncodedSplit) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """The tokens of a split and their numbers, where each text keeps its beginning and its last token."""
    lengths = np.minimum(split.lengths, LONGEST)
    within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    places = np.repeat(split.offsets[:-1], lengths) + within
    places[np.cumsum(lengths) - 1] = split.offsets[1:] - 1
    return split.tokens[places], lengths
