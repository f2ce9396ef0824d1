"""What the stage reads."""

from dataclasses import replace

import numpy as np
import pytest

from tests.trials.pretraining.sharers import DATA
from trials.data.dataset import EncodedSplit
from trials.pretraining import corpus
from trials.pretraining.corpus import corpus_of


def texts(split: EncodedSplit) -> list[list[int]]:
    return [split.tokens[start:end].tolist() for start, end in zip(split.offsets[:-1], split.offsets[1:], strict=True)]


def test_training_and_unlabelled_texts_and_no_others() -> None:
    assert texts(corpus_of(DATA)) == texts(DATA.train) + texts(DATA.unlabeled)
    assert texts(corpus_of(replace(DATA, unlabeled=None))) == texts(DATA.train)
    assert not corpus_of(DATA).labels.any()


@pytest.mark.parametrize("longest", [5, 12])
def test_long_texts_keep_their_beginnings_and_their_ends(monkeypatch: pytest.MonkeyPatch, longest: int) -> None:
    monkeypatch.setattr(corpus, "LONGEST", longest)
    whole = texts(DATA.train) + texts(DATA.unlabeled)
    found = corpus_of(DATA)
    assert texts(found) == [row if len(row) <= longest else [*row[: longest - 1], row[-1]] for row in whole]
    assert found.lengths.max() == longest
    assert np.all(found.tokens[found.offsets[1:] - 1] == 3), "[SEP]"
