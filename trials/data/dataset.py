"""The shapes that data takes on its way: labelled text in three splits, then flat token arrays."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from trials.data.special_tokens import PADDING_ID, ROLES


@dataclass(frozen=True)
class Split:
    """Texts with labels: `labels[i]` is an index into the data set's `label_names`; shape (n,), int64."""

    texts: tuple[str, ...]
    labels: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.texts)


@dataclass(frozen=True)
class TextDataset:
    """Checked, deduplicated, split text. The search sees `train` and `validation` only.

    `fingerprint` is a SHA-256 in hex over label names, texts, labels and the splits. Texts `unlabeled` are in none of
    the splits.
    """

    name: str
    label_names: tuple[str, ...]
    train: Split
    validation: Split
    test: Split
    fingerprint: str
    unlabeled: tuple[str, ...] = ()


@dataclass(frozen=True)
class EncodedSplit:
    """Token ids of n texts end to end: text i is `tokens[offsets[i]:offsets[i + 1]]`.

    Shapes: tokens (total,) int32; offsets (n + 1,) int64; labels (n,) int64. Read-only when shared between workers.
    Batches of them are filled up with `padding_id`.
    """

    tokens: NDArray[np.int32]
    offsets: NDArray[np.int64]
    labels: NDArray[np.int64]
    padding_id: int = PADDING_ID

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Tokens per text, shape (n,)."""
        return np.diff(self.offsets)


@dataclass(frozen=True)
class EncodedDataset:
    """What a worker trains on: two splits in one vocabulary, with special tokens, cut at `max_length` tokens.

    `tokenizer` is the `tokenizers` JSON, which goes into each checkpoint, and `specials` are its special tokens by what
    they are for; `vocabulary_size` is what training reached. Labels of the `unlabeled` texts mean nothing.
    """

    train: EncodedSplit
    validation: EncodedSplit
    label_names: tuple[str, ...]
    tokenizer: str
    vocabulary_size: int
    max_length: int
    specials: Mapping[str, str] = field(default_factory=lambda: dict(ROLES))
    unlabeled: EncodedSplit | None = None


TrialData: TypeAlias = EncodedDataset | TextDataset
"""What a trial reads: texts as tokens, but for linear models as they are."""
