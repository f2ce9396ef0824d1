"""The forms of data: labelled text in three splits, then flat token arrays."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from trials.data.columns import PLAIN, RowForm
from trials.data.special_tokens import PADDING_ID, ROLES
from trials.data.what_was_read import WhatWasRead
from trials.tasks import LabelArray, Task, task_of

if TYPE_CHECKING:
    from trials.data.encoding import Reading


@dataclass(frozen=True)
class SoftTargets:
    """What a model is to learn of each row in the place of its labels: probabilities that another model gives.

    Hinton, Vinyals and Dean, "Distilling the knowledge in a neural network", 2015.

    Attributes:
        probabilities: those of the other model at the temperature, shape (n, classes), float32.
        temperature: by which the logits of both models are divided in the loss.
    """

    probabilities: NDArray[np.float32]
    temperature: float = 1.0

    def of(self, rows: NDArray[np.int64]) -> "SoftTargets":
        """Return those of some rows, in their order."""
        return SoftTargets(self.probabilities[rows], self.temperature)


@dataclass(frozen=True)
class Split:
    """Texts with labels, as `trials.tasks.LabelArray` says: indices into the data set's `label_names`, shape (n,).

    With several labels a text they have shape (n, len(label_names)), bool. With `targets`, a model learns these in the
    place of the labels.
    """

    texts: tuple[str, ...]
    labels: LabelArray
    targets: SoftTargets | None = None

    def __len__(self) -> int:
        return len(self.texts)


@dataclass(frozen=True)
class TextDataset:
    """Checked, deduplicated, split text. The search uses `train` and `validation` only.

    Attributes:
        name: short name of the data.
        label_names: class names; a label is an index into them.
        train: training split.
        validation: validation split.
        test: test split.
        fingerprint: SHA-256 in hex over label names, texts, labels and splits.
        unlabeled: texts without labels, which are in none of the splits.
        groups: group ids of the training, then the validation rows, shape (n,), which folds keep together; None: none.
        read: what was read from the source; None if the data were not read from one.
        corrections: a sentence about the labels that were corrected; None if no corrections were given.
        form: how the cells of a row become its text.
    """

    name: str
    label_names: tuple[str, ...]
    train: Split
    validation: Split
    test: Split
    fingerprint: str
    unlabeled: tuple[str, ...] = ()
    groups: NDArray[np.int64] | None = None
    read: WhatWasRead | None = None
    corrections: str | None = None
    form: RowForm = PLAIN

    @property
    def task(self) -> Task:
        """What the labels are: one a text, or several."""
        return task_of(self.train.labels)


@dataclass(frozen=True)
class EncodedSplit:
    """Concatenated token ids of n texts: text i is `tokens[offsets[i]:offsets[i + 1]]`.

    Arrays are read-only when workers share them.

    Attributes:
        tokens: token ids, shape (total,), int32.
        offsets: start of each text, and the end of the last one, shape (n + 1,), int64.
        labels: as in `Split`.
        padding_id: token id that pads short texts in a batch.
        targets: as in `Split`.
    """

    tokens: NDArray[np.int32]
    offsets: NDArray[np.int64]
    labels: LabelArray
    padding_id: int = PADDING_ID
    targets: SoftTargets | None = None

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Tokens per text, shape (n,)."""
        return np.diff(self.offsets)

    @property
    def learned(self) -> LabelArray:
        """What a model learns of each text: its labels, or soft targets of shape (n, classes)."""
        return self.labels if self.targets is None else self.targets.probabilities


@dataclass(frozen=True)
class EncodedDataset:
    """The data that a worker trains on: two splits in one vocabulary, with special tokens.

    Attributes:
        train: training split.
        validation: validation split.
        label_names: class names; a label is an index into them.
        tokenizer: JSON of the `tokenizers` library, which each checkpoint contains.
        vocabulary_size: size that the training of the tokenizer reached.
        max_length: maximum number of tokens of a text; longer texts are truncated.
        specials: special tokens by role.
        unlabeled: texts whose labels have no meaning; None if there are none.
        groups: as in `TextDataset`.
        form: as in `TextDataset`.
        reading: how texts became tokens; None if the tokenizer is not a pretrained one, which cuts them at their ends.
        features: those of the columns beside the text, of the training, then the validation rows, shape
            (n, form.width); None if there are no such columns.
        second: the tokens of the second column of the same rows, if each of two is read by itself; None: all is here.
    """

    train: EncodedSplit
    validation: EncodedSplit
    label_names: tuple[str, ...]
    tokenizer: str
    vocabulary_size: int
    max_length: int
    specials: Mapping[str, str] = field(default_factory=lambda: dict(ROLES))
    unlabeled: EncodedSplit | None = None
    groups: NDArray[np.int64] | None = None
    form: RowForm = PLAIN
    reading: "Reading | None" = None
    features: NDArray[np.float32] | None = None
    second: "EncodedDataset | None" = None


TrialData: TypeAlias = EncodedDataset | TextDataset
"""Input of a trial: tokens, or plain texts for linear models."""
