"""The texts of the stage: those of the training split and those without labels, and no others."""

import numpy as np
from numpy.typing import NDArray

from trials.data import EncodedDataset, EncodedSplit

LONGEST = 128
"""Tokens of a text that are read, including special ones: longer attention is expensive, and BERT saw nine tenths of
its training steps at this length (Devlin et al., 2019, A.2). Trials that read more of a text for classification
share the stage.
"""


def corpus_of(data: EncodedDataset) -> EncodedSplit:
    """Return training and unlabelled texts, truncated to `LONGEST`; all have the label 0, so that no label can leak."""
    parts = [data.train] if data.unlabeled is None else [data.train, data.unlabeled]
    tokens, lengths = zip(*(_cut(part) for part in parts), strict=True)
    offsets = np.concatenate([[0], np.cumsum(np.concatenate(lengths))]).astype(np.int64)
    labels = np.zeros(len(offsets) - 1, dtype=np.int64)
    return EncodedSplit(np.concatenate(tokens), offsets, labels, data.train.padding_id)


def _cut(split: EncodedSplit) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return the tokens of a split and their number per text; each text keeps its beginning and its last token."""
    lengths = np.minimum(split.lengths, LONGEST)
    within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    indices = np.repeat(split.offsets[:-1], lengths) + within
    indices[np.cumsum(lengths) - 1] = split.offsets[1:] - 1
    return split.tokens[indices], lengths
