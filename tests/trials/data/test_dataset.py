"""Texts as flat arrays."""

import numpy as np
import pytest

from trials.data.dataset import EncodedSplit, Split


def encoded(*lengths: int) -> EncodedSplit:
    offsets = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]).astype(np.int64)
    return EncodedSplit(np.arange(offsets[-1], dtype=np.int32), offsets, np.zeros(len(lengths), dtype=np.int64))


@pytest.mark.parametrize("lengths", [(), (3,), (2, 0, 5)])
def test_each_text_has_its_tokens(lengths):
    split = encoded(*lengths)
    assert len(split) == len(lengths)
    assert split.lengths.tolist() == list(lengths)
    assert split.lengths.sum() == len(split.tokens)


def test_a_split_is_as_long_as_its_texts():
    assert len(Split(("a", "b"), np.array([0, 1]))) == 2
    assert len(Split((), np.zeros(0, dtype=np.int64))) == 0
