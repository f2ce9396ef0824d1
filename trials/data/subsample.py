"""Subsets of splits, encoded or not, and the concatenation of both splits."""

import hashlib
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from trials.data.dataset import EncodedDataset, EncodedSplit, Split, TextDataset
from trials.data.division import split_off
from trials.data.split_names import TEST, TRAIN, VALIDATION
from trials.tasks import LabelArray, by_class, task_of

FIRST_LOOK_ROWS = 128
"""Rows of the first evaluation, which is an early check and must be cheap for every size of the validation split."""


def first_look(validation: EncodedSplit) -> EncodedSplit:
    """Return the sample of `validation` that a trial's first evaluation uses."""
    return stratified_sample(validation, FIRST_LOOK_ROWS)


def stratified_sample(split: EncodedSplit, rows: int) -> EncodedSplit:
    """Return a stratified sample of a split, or one by chance if it has more classes than `rows`; always the same one.

    Args:
        split: the split; it is returned unchanged if it has no more than `rows` texts.
        rows: approximate number of texts.
    """
    if len(split) <= rows:
        return split
    if len(task_of(split.labels).class_rows(split.labels)) > rows:
        return chosen_rows(split, _any_rows(len(split), rows))
    _, chosen = split_off(split.labels, rows / len(split), seed=0)
    return chosen_rows(split, chosen)


def chosen_rows(split: EncodedSplit, rows: NDArray[np.int64]) -> EncodedSplit:
    """Return some texts of a split; tokens are copied, not encoded again.

    Args:
        split: the split.
        rows: row indices; the result has their order.
    """
    lengths = split.lengths[rows]
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    within = np.arange(offsets[-1]) - np.repeat(offsets[:-1], lengths)
    tokens = split.tokens[np.repeat(split.offsets[rows], lengths) + within]
    targets = None if split.targets is None else split.targets.of(rows)
    return replace(split, tokens=tokens, offsets=offsets, labels=split.labels[rows], targets=targets)


def both_splits(data: EncodedDataset) -> EncodedSplit:
    """Return the training texts of `data`, followed by the validation texts."""
    train, validation = data.train, data.validation
    return replace(
        train,
        tokens=np.concatenate([train.tokens, validation.tokens]),
        offsets=np.concatenate([train.offsets, validation.offsets[1:] + train.offsets[-1]]),
        labels=np.concatenate([train.labels, validation.labels]),
    )


LEAST_HELD_OUT, MOST_HELD_OUT = 1_000, 10_000
"""Limits of the validation rows of a sampled data set; there are twice as many test rows."""

MOST_LOGITS = 5_000_000
FEWEST_HELD_OUT = 250
"""Limit of validation rows times classes, as each score is made of so many logits, and the rows in any case."""

LEAST_TRAINING_ROWS = 2
"""Training rows that each class of a sampled data set keeps, if it has so many."""

_TRAINING_ROWS_OF_ONE_HELD_OUT = 48


def sampled(dataset: TextDataset, rows: int) -> TextDataset:
    """Return a data set with a stratified sample of each split; it is always the same one.

    Each class keeps two training rows or more, if it has them, and one of each held-out split if classes are no more
    than its rows. Held-out rows are so many that scoring them takes little of the time that training takes, and scores
    have a standard error of a point or less.

    Args:
        dataset: the data set; it is returned unchanged if it has no more than `rows` training rows.
        rows: approximate number of training rows.
    """
    if len(dataset.train) <= rows:
        return dataset
    held_out = min(max(LEAST_HELD_OUT, rows // _TRAINING_ROWS_OF_ONE_HELD_OUT), MOST_HELD_OUT)
    held_out = max(FEWEST_HELD_OUT, min(held_out, MOST_LOGITS // len(dataset.label_names)))
    counts = {TRAIN: rows, VALIDATION: held_out, TEST: 2 * held_out}
    chosen = {name: _sampled_rows(getattr(dataset, name).labels, count, name) for name, count in counts.items()}
    groups = dataset.groups
    if groups is not None:
        groups = groups[np.concatenate([chosen[TRAIN], len(dataset.train) + chosen[VALIDATION]])]
    searched = {name: len(kept) for name, kept in chosen.items()}
    return replace(
        dataset,
        read=None if dataset.read is None else replace(dataset.read, searched=searched, sample=rows),
        train=_taken(dataset.train, chosen[TRAIN]),
        validation=_taken(dataset.validation, chosen[VALIDATION]),
        test=_taken(dataset.test, chosen[TEST]),
        groups=groups,
        fingerprint=hashlib.sha256(f"{dataset.fingerprint} {rows} rows".encode()).hexdigest(),
    )


def _sampled_rows(labels: LabelArray, rows: int, name: str) -> NDArray[np.int64]:
    """Return about `rows` row indices in ascending order, at least two training rows of each class that has them."""
    if len(labels) <= rows:
        return np.arange(len(labels))
    task, least = task_of(labels), LEAST_TRAINING_ROWS if name == TRAIN else 1
    if name != TRAIN and len(task.class_rows(labels)) > rows:
        return _any_rows(len(labels), rows)
    generator, share = np.random.default_rng(0), rows / len(labels)
    parts = by_class(task.strata(labels))
    kept = [generator.permutation(part)[: max(least, round(share * len(part)))] for part in parts]
    return np.sort(task.with_each_class(labels, np.concatenate(kept), least))


def _any_rows(count: int, rows: int) -> NDArray[np.int64]:
    return np.sort(np.random.default_rng(0).permutation(count)[:rows])


def _taken(split: Split, rows: NDArray[np.int64]) -> Split:
    return Split(tuple(split.texts[row] for row in rows.tolist()), split.labels[rows])
