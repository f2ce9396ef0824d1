"""Loads a data set: from the user's options to checked, deduplicated, split text."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from trials.data.dataset import Split, TextDataset
from trials.data.fingerprint import fingerprint
from trials.data.options import DataOptions
from trials.data.quality import DataIssue, check, check_codes, clean, corrected, is_number, stop_on_blocking
from trials.data.sources import SourceRows, read_source, source_name
from trials.data.split import check_shares, split_off
from trials.data.split_names import TEST, TRAIN, VALIDATION
from trials.data.unlabeled import read_unlabeled, without_known


@dataclass(frozen=True)
class LoadedData:
    """A data set that can be trained on, and all findings about it."""

    dataset: TextDataset
    findings: tuple[DataIssue, ...]


def load_dataset(options: DataOptions) -> LoadedData:
    """Read, clean, check and split labelled text.

    Given splits are kept. A missing split is taken from the training rows, stratified by class and seeded by
    `options.seed`; its share refers to the training rows before any split was taken.

    Args:
        options: where the data lies, and how to split it.

    Raises:
        DataError: the data cannot be read, or there is a blocking finding that `options.allow` lacks.
    """
    check_codes(options.allow)
    check_shares(options.validation_share, options.test_share)
    rows, findings, corrections = corrected(read_source(options), options.corrections)
    rows, more = clean(rows)
    findings += more
    rows = {split: part for split, part in rows.items() if len(part) > 0 or split == TRAIN}
    rows, more = check(rows, options.allow)
    findings += more
    stop_on_blocking(findings, options.allow)
    label_names = tuple(sorted(set(rows[TRAIN].labels), key=_label_order))
    splits = {split: _encoded(part, label_names) for split, part in rows.items()}
    findings += _complete(splits, options)
    parts = (splits[TRAIN], splits[VALIDATION], splits[TEST])
    unlabeled, more = _unlabeled(options, splits)
    findings += more
    data_fingerprint = fingerprint(label_names, parts, unlabeled)
    dataset = TextDataset(source_name(options.source), label_names, *parts, data_fingerprint, unlabeled, corrections)
    return LoadedData(dataset, tuple(findings))


def _unlabeled(options: DataOptions, splits: Mapping[str, Split]) -> tuple[tuple[str, ...], list[DataIssue]]:
    """Return the unlabelled texts that are in none of the splits."""
    if options.unlabeled is None:
        return (), []
    held_out = chain(splits[VALIDATION].texts, splits[TEST].texts)
    return without_known(read_unlabeled(options.unlabeled, options.text), splits[TRAIN].texts, held_out)


def _label_order(label: str) -> tuple[float, str]:
    """Sort key: numbers by value and before words, so that class 10 comes after class 9."""
    return (float(label.replace(",", ".")) if is_number(label) else float("inf")), label


def _encoded(rows: SourceRows, label_names: tuple[str, ...]) -> Split:
    ids = {name: number for number, name in enumerate(label_names)}
    return Split(tuple(rows.texts), np.array([ids[label] for label in rows.labels], dtype=np.int64))


def _complete(splits: dict[str, Split], options: DataOptions) -> list[DataIssue]:
    """Add the missing splits in place, and report it if only one was missing."""
    shares: Mapping[str, float] = {TEST: options.test_share, VALIDATION: options.validation_share}
    missing = [split for split in shares if split not in splits]
    taken = 0.0
    for split in missing:
        train, share = splits[TRAIN], shares[split]
        kept, off = split_off(train.labels, share / (1 - taken), options.seed)
        splits[TRAIN], splits[split] = _chosen(train, kept), _chosen(train, off)
        taken += share
    if len(missing) != 1:
        return []
    (split,) = missing
    message = (
        f"No {split} split was given: {len(splits[split])} rows ({shares[split]:.0%}) are split off from training."
    )
    return [DataIssue("split-off", message, blocking=False)]


def _chosen(split: Split, rows: NDArray[np.int64]) -> Split:
    return Split(tuple(split.texts[row] for row in rows), split.labels[rows])
