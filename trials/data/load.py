"""Loads a data set: from the user's options to checked, deduplicated, split text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from trials.data.columns import RowForm
from trials.data.dataset import Split, TextDataset
from trials.data.division import check_shares, split_off, split_off_groups, split_off_latest
from trials.data.fingerprint import fingerprint
from trials.data.labels import LabelForm, ReadLabels, read_labels
from trials.data.options import AUTO, DataOptions
from trials.data.quality import (
    DataIssue,
    averaged,
    check,
    check_codes,
    check_groups,
    check_labels,
    check_near_duplicates,
    check_nested_texts,
    check_numbers,
    check_order,
    check_splits,
    check_times,
    clean,
    corrected,
    merge_labels,
    stop_on_blocking,
)
from trials.data.sources import SourceRows, read_source, source_name
from trials.data.split_names import TEST, TRAIN, VALIDATION
from trials.data.unlabeled import read_unlabeled, without_known
from trials.data.what_was_read import what_was_read
from trials.errors import DataError


@dataclass(frozen=True)
class LoadedData:
    """A data set that can be trained on, and all findings about it."""

    dataset: TextDataset
    findings: tuple[DataIssue, ...]


def load_dataset(options: DataOptions) -> LoadedData:
    """Read, clean, check and split labelled text.

    Given splits are kept. A missing split is taken from the training rows, stratified by class and seeded by
    `options.seed`, or by whole groups, or by time; its share refers to the training rows before any split was taken.

    Args:
        options: where the data lies, and how to split it.

    Raises:
        DataError: the data cannot be read, or there is a blocking finding that `options.allow` lacks.
    """
    check_codes(options.allow)
    check_shares(options.validation_share, options.test_share)
    source = read_source(options)
    rows, findings = check_splits(source)
    findings += check_nested_texts(source)
    read = read_labels(rows, options, source.columns.label)
    form = read.form
    rows = _usable(read, options, source.form, findings)
    given = frozenset(rows)
    if options.group is not None or options.time is not None:
        rows, more = _kept_apart(rows, options, form)
        findings += more
    rows, more = check(rows, options.allow, form, asked=options.task != AUTO)
    findings += more
    stop_on_blocking(findings, options.allow)
    label_names = form.ordered(form.count(rows[TRAIN]))
    rows, more = _complete(rows, label_names, options, form)
    findings += more
    rows, more = check_near_duplicates(rows, drop=options.drop_near_duplicates)
    findings += more
    _require_classes(set(form.count(rows[TRAIN])), label_names)
    train, validation, test = (
        Split(tuple(rows[split].texts), form.array(rows[split].labels, label_names))
        for split in (TRAIN, VALIDATION, TEST)
    )
    source = replace(source, form=source.form.learnt(train.texts))
    unlabeled, more = _unlabeled(options, rows, source.form)
    findings += more
    groups = _group_ids(rows) if options.group is not None else None
    dataset = TextDataset(
        name=options.name or source_name(options.source),
        label_names=label_names,
        train=train,
        validation=validation,
        test=test,
        fingerprint=fingerprint(label_names, (train, validation, test), unlabeled, groups),
        unlabeled=unlabeled,
        groups=groups,
        form=source.form,
        read=what_was_read(source, options, rows, given, findings, read),
        corrections=next((finding.message for finding in findings if finding.code == "corrections"), None),
    )
    return LoadedData(dataset, tuple(findings))


def _usable(
    read: ReadLabels, options: DataOptions, row_form: RowForm, findings: list[DataIssue]
) -> dict[str, SourceRows]:
    """Return the rows that can be used, and add what was found about their texts and labels to `findings`."""
    form = read.form
    findings += check_numbers(read)
    rows, more = corrected(read.rows, options.corrections, form)
    findings += more
    if options.merge_labels:
        rows, more = merge_labels(rows, form, options.order)
        findings += more
    findings += check_order(rows, options.order)
    findings += check_labels(rows, form, joined=options.task == AUTO)
    if any(finding.code == "listed-labels" for finding in findings):
        stop_on_blocking(findings, options.allow)  # what else could be found follows from this
    if form.is_number:
        rows, more = averaged(rows)
        findings += more
    rows, more = clean(rows, row_form)
    findings += more
    return {split: part for split, part in rows.items() if len(part) > 0 or split == TRAIN}


def _kept_apart(
    rows: Mapping[str, SourceRows], options: DataOptions, form: LabelForm
) -> tuple[dict[str, SourceRows], list[DataIssue]]:
    """Split off the missing splits by whole groups or by time, and check the given ones."""
    if options.group is not None:
        kept, findings = check_groups(rows, options.group)
    else:
        kept, findings = check_times(rows, str(options.time))
    taken = 0.0
    for split, share in _missing(kept, options).items():
        train, part = kept[TRAIN], share / (1 - taken)
        if options.group is not None:
            stay, off = split_off_groups(form.strata(train.labels), _numbered(train.groups or ()), part, options.seed)
        else:
            stay, off = split_off_latest(np.array(train.times), part)
        kept[TRAIN], kept[split] = train.take(stay), train.take(off)
        taken += share
    return kept, findings


def _missing(rows: Mapping[str, SourceRows], options: DataOptions) -> dict[str, float]:
    """Return the share of the training rows of each split that is missing, the test split first."""
    shares = {TEST: options.test_share, VALIDATION: options.validation_share}
    return {split: share for split, share in shares.items() if split not in rows}


def _numbered(groups: Sequence[str]) -> NDArray[np.int64]:
    """Return ids of groups by first appearance; each row without a group is one of its own."""
    ids: dict[object, int] = {}
    return np.array([ids.setdefault(group or row, len(ids)) for row, group in enumerate(groups)], dtype=np.int64)


def _group_ids(rows: Mapping[str, SourceRows]) -> NDArray[np.int64]:
    return _numbered([*(rows[TRAIN].groups or ()), *(rows[VALIDATION].groups or ())])


def _require_classes(present: set[str], label_names: tuple[str, ...]) -> None:
    if missing := sorted(set(label_names) - present):
        raise DataError(
            f"Every class must keep training rows, but all those of {missing[0]!r} nearly repeat held-out rows. "
            "Leave out --drop-near-duplicates."
        )


def _unlabeled(
    options: DataOptions, rows: Mapping[str, SourceRows], form: RowForm
) -> tuple[tuple[str, ...], list[DataIssue]]:
    """Return the unlabelled texts that are in none of the splits."""
    if options.unlabeled is None:
        return (), []
    held_out = chain(rows[VALIDATION].texts, rows[TEST].texts)
    texts = read_unlabeled(options.unlabeled, replace(form, text=options.text), options.read)
    return without_known(texts, rows[TRAIN].texts, held_out)


def _complete(
    rows: Mapping[str, SourceRows], label_names: tuple[str, ...], options: DataOptions, form: LabelForm
) -> tuple[dict[str, SourceRows], list[DataIssue]]:
    """Add the missing splits, by chance, and report it if only one was missing."""
    full = dict(rows)
    missing = _missing(rows, options)
    taken = 0.0
    for split, share in missing.items():
        kept, off = split_off(form.array(full[TRAIN].labels, label_names), share / (1 - taken), options.seed)
        full[TRAIN], full[split] = full[TRAIN].take(kept), full[TRAIN].take(off)
        taken += share
    if len(missing) != 1:
        return full, []
    ((split, share),) = missing.items()
    message = f"No {split} split was given: {len(full[split])} rows ({share:.0%}) are split off from training."
    return full, [DataIssue("split-off", message, blocking=False)]
