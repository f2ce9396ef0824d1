"""Checks of the given splits: unknown names, splits without labels, and groups or times on both sides."""

import math
from collections.abc import Mapping
from itertools import pairwise

from trials.data.quality.cleaning import dropped, lost
from trials.data.quality.issues import DataIssue
from trials.data.sources import Source, SourceRows
from trials.data.split_names import SPLIT_NAMES, TEST, TRAIN, VALIDATION

_SHOWN_VALUES = 5


def check_splits(source: Source) -> tuple[dict[str, SourceRows], list[DataIssue]]:
    """Return the rows without those of splits that have no labels, and findings about what was given as splits.

    Args:
        source: the rows as they were read.
    """
    findings = _strange(source)
    rows = dict(source.rows)
    for split, part in source.rows.items():
        if split == TRAIN or len(part) == 0 or any(part.labels):
            continue
        table, label = source.tables.get(split, source.tables[TRAIN]), source.columns.label
        why = (
            "its labels are all empty"
            if label in table.columns
            else f"it has no column {label!r} (it has: {', '.join(table.columns)})"
        )
        message = (
            f"The {split} split that was given, {table.origin}, has {len(part)} rows and no labels: {why}. So no model "
            f"can be scored on it. Give one with labels, or leave it out; if allowed, other rows are split off from "
            f"training as the {split} split."
        )
        findings.append(DataIssue("unlabelled-split", message, blocking=True, left_out=len(part)))
        del rows[split]
    return rows, findings


def _strange(source: Source) -> list[DataIssue]:
    if not source.strange_splits:
        return []
    counts = sorted(source.strange_splits.items(), key=lambda item: -item[1])
    values = ", ".join(
        f"{value!r} ({count} rows)" if value else f"no value ({count} rows)" for value, count in counts[:_SHOWN_VALUES]
    )
    more = f" and {len(counts) - _SHOWN_VALUES} more values" if len(counts) > _SHOWN_VALUES else ""
    known = ", ".join(SPLIT_NAMES)
    message = (
        f"Every cell of the split column {source.columns.split!r} must name a split, but there are {values}{more}. "
        f"Names of splits are: {known}; or 0, 1 and 2. If allowed, these rows are left out."
    )
    return [DataIssue("unknown-splits", message, blocking=True, left_out=sum(source.strange_splits.values()))]


def check_groups(rows: Mapping[str, SourceRows], column: str) -> tuple[dict[str, SourceRows], list[DataIssue]]:
    """Return the rows without groups on two sides: training and validation lose those that a later split has.

    Args:
        rows: clean rows by split, with groups; a missing group is an empty string.
        column: name of the group column.
    """
    findings: list[DataIssue] = []
    missing = sum(not group for part in rows.values() for group in part.groups or ())
    if missing:
        message = f"{missing} rows have no {column!r}: each counts as a group of its own."
        findings.append(DataIssue("missing-groups", message, blocking=False))
    kept = dict(rows)
    seen: set[str] = set()
    for split in (TEST, VALIDATION, TRAIN):
        if split in rows:
            groups = rows[split].groups or ()
            kept[split] = rows[split].take(n for n, group in enumerate(groups) if not group or group not in seen)
            seen.update(groups)
    if said := dropped(rows, kept):
        message = f"{said} whose {column!r} is also in the validation or test split: left out."
        findings.append(DataIssue("group-overlap", message, blocking=False, left_out=lost(rows, kept)))
    return kept, findings


def check_times(rows: Mapping[str, SourceRows], column: str) -> tuple[dict[str, SourceRows], list[DataIssue]]:
    """Return the rows that have a time, and tell how many rows are later than the first of a later split.

    Args:
        rows: clean rows by split, with times.
        column: name of the time column.
    """
    findings: list[DataIssue] = []
    kept = {
        split: part.take(n for n, time in enumerate(part.times or ()) if not math.isnan(time))
        for split, part in rows.items()
    }
    if said := dropped(rows, kept):
        message = f"{said} without a {column!r}: left out."
        findings.append(DataIssue("missing-times", message, blocking=False, left_out=lost(rows, kept)))
    given = [split for split in (TRAIN, VALIDATION, TEST) if split in kept and len(kept[split])]
    for earlier, later in pairwise(given):
        first = min(kept[later].times or ())
        late = sum(time >= first for time in kept[earlier].times or ())
        if late:
            message = (
                f"{late} of {len(kept[earlier])} rows of the {earlier} split are not earlier than the first row of the "
                f"{later} split, by {column!r}: the given splits do not follow the time."
            )
            findings.append(DataIssue("time-overlap", message, blocking=False))
    return kept, findings
