"""A fingerprint of labelled, split text."""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from trials.data.dataset import Split
from trials.tasks import SINGLE_LABEL, LabelArray, task_of

_AT_ONCE = 10_000
"""Strings that are encoded together; all at once would double the memory of large data."""


def fingerprint(
    label_names: Sequence[str],
    splits: Sequence[Split],
    unlabeled: Sequence[str] = (),
    groups: NDArray[np.int64] | None = None,
) -> str:
    """Return the SHA-256 in hex over label names, texts, labels and splits, in order, with string lengths.

    Args:
        label_names: class names.
        splits: the labelled splits.
        unlabeled: texts without labels; if empty, they do not change the fingerprint.
        groups: group ids of the training, then the validation rows; None, if there are none, does not change it.
    """
    digest = hashlib.sha256()
    for strings in (label_names, *(split.texts for split in splits), *([unlabeled] if unlabeled else [])):
        digest.update(repr([len(_encoded(string)) for string in strings]).encode())
        for start in range(0, len(strings), _AT_ONCE):
            digest.update(b"".join(map(_encoded, strings[start : start + _AT_ONCE])))
    for split in splits:
        digest.update(_form(split.labels))
        digest.update(split.labels.astype("<f8" if split.labels.dtype.kind == "f" else "<i8").tobytes())
    if groups is not None:
        digest.update(b"groups" + groups.astype("<i8").tobytes())
    return digest.hexdigest()


def _form(labels: LabelArray) -> bytes:
    """Return what tells labels of one task from those of another; of one class a text nothing."""
    if labels.ndim > 1:
        return repr(labels.shape).encode()
    return b"" if (task := task_of(labels)) is SINGLE_LABEL else task.name.encode()


def _encoded(string: str) -> bytes:
    return string.encode("utf-8", "surrogatepass")
