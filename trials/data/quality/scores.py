"""Checks of labels that are numbers, and what becomes of texts that have several."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import fmean

from trials.data.labels import ReadLabels
from trials.data.quality.cleaning import text_key
from trials.data.quality.issues import DataIssue
from trials.data.sources import SourceRows
from trials.data.split_names import TRAIN

_SHOWN = 5
_LONGEST = 40


def check_numbers(read: ReadLabels) -> list[DataIssue]:
    """Return findings about labels that are no numbers, or all equal; none of labels of another form.

    Args:
        read: the labels as they were read.
    """
    if not read.form.is_number:
        return []
    findings = []
    bad = [(split, row, label) for split, cells in (read.bad or {}).items() for row, label in cells]
    if bad:
        message = (
            f"Each label must be one finite number, but {len(bad)} {'row holds' if len(bad) == 1 else 'rows hold'} "
            f"something else: {_listed(bad)}. Correct the cells, or name another column with --label; if allowed, such "
            "rows are left out."
        )
        findings.append(DataIssue("bad-numbers", message, blocking=True, left_out=len(bad)))
    values = set(read.rows[TRAIN].labels)
    if len(values) == 1:
        message = f"The labels must differ, but all training rows have {next(iter(values))}: there is nothing to learn."
        findings.append(DataIssue("one-class", message, blocking=True))
    return findings


def averaged(rows: Mapping[str, SourceRows]) -> tuple[dict[str, SourceRows], list[DataIssue]]:
    """Return rows in which texts with several numbers within a split have their mean.

    Args:
        rows: the rows by split.
    """
    found: dict[str, SourceRows] = {}
    changed = 0
    for split, part in rows.items():
        keys = [text_key(text) for text in part.texts]
        numbers: dict[str, list[float]] = {}
        for key, label in zip(keys, part.labels, strict=True):
            if key and label:
                numbers.setdefault(key, []).append(float(label))
        means = {key: repr(fmean(values)) for key, values in numbers.items() if len(set(values)) > 1}
        changed += len(means)
        labels = [means.get(key, label) if label else label for key, label in zip(keys, part.labels, strict=True)]
        found[split] = replace(part, labels=labels) if means else part
    if not changed:
        return found, []
    message = f"{changed} text{' has' if changed == 1 else 's have'} several numbers: their mean is taken."
    return found, [DataIssue("averaged-numbers", message, blocking=False)]


def _listed(cells: Sequence[tuple[str, int, str]]) -> str:
    splits = {split for split, _, _ in cells}
    shown = [
        f"{'' if splits == {TRAIN} else f'{split} '}row {row} ({repr(label)[:_LONGEST] if label else 'empty'})"
        for split, row, label in cells[:_SHOWN]
    ]
    return ", ".join(shown) + (f" and {len(cells) - _SHOWN} more" if len(cells) > _SHOWN else "")
