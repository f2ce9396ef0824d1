"""Corrections of labels that a person has made, in a table such as `automl errors` writes."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from search_spaces.near_miss import did_you_mean
from trials.data.columns import check_commas
from trials.data.labels import ONE_NAME, LabelForm
from trials.data.quality.cleaning import text_key
from trials.data.quality.issues import DataIssue
from trials.data.readers import Table, read_file
from trials.data.sources import SourceRows
from trials.errors import DataError

TEXT, CORRECTION = "text", "correction"
"""The columns of the table; others are ignored."""

DROP = "drop"
"""The correction that removes a row."""


def corrected(
    rows: Mapping[str, SourceRows], path: Path | None, form: LabelForm = ONE_NAME
) -> tuple[dict[str, SourceRows], list[DataIssue]]:
    """Return the rows with the corrections in the file at `path`, before any other check.

    A correction holds for every row with its text, whatever the white space, so it also holds if the rows are split
    again. It is a label of the data, a number where labels are numbers, or `drop`; where a text may have several
    labels, all of them, as a JSON list or joined by `|`. A row of the file without a correction changes nothing.

    Args:
        rows: the rows by split, as they were read.
        path: the file with the columns `text` and `correction`; None for no corrections.
        form: what a label is.

    Returns:
        The rows, and findings; the first one, `corrections`, says what was changed. There is none without a file.

    Raises:
        DataError: the file cannot be read, has an unknown label or something else than a number, contradicts itself, or
            fits no row.
    """
    if path is None:
        return dict(rows), []
    wanted = _wanted(path, set(form.count(*rows.values())), form)
    found: set[str] = set()
    kept: dict[str, SourceRows] = {}
    changed, dropped = 0, 0
    for split, part in rows.items():
        keys = [_key(text) for text in part.texts]
        asked = [wanted.get(key) for key in keys]
        found.update(key for key in keys if key in wanted)
        labels = [label if new in {None, DROP} else str(new) for label, new in zip(part.labels, asked, strict=True)]
        changed += sum(new != old for new, old in zip(labels, part.labels, strict=True))
        dropped += sum(new == DROP for new in asked)
        kept[split] = replace(part, labels=labels).take(n for n, new in enumerate(asked) if new != DROP)
    if wanted and not found:
        raise DataError(f"The corrections in {path} must fit the data, but the data has none of their texts.")
    sentence = f"{_rows(changed)} relabelled and {_rows(dropped)} dropped by the corrections in {path.name}."
    issues = [DataIssue("corrections", sentence, blocking=False, left_out=dropped)]
    if unknown := len(wanted.keys() - found):
        message = f"{unknown} of {len(wanted)} corrections in {path.name} fit no text of the data: left out."
        issues.append(DataIssue("unused-corrections", message, blocking=False))
    return kept, issues


def _wanted(path: Path, names: set[str], form: LabelForm) -> dict[str, str]:
    """Return the correction of each text, by its key."""
    table = _table(path)
    wanted: dict[str, str] = {}
    if form.is_number:
        check_commas((cell or "" for cell in table.columns[CORRECTION]), f" of {path.name}")
    for number, (text, cell) in enumerate(zip(table.columns[TEXT], table.columns[CORRECTION], strict=True), start=1):
        correction = (cell or "").strip()
        if not correction:
            continue
        where = f"row {number} of {path}"
        if correction == DROP and DROP in names and not form.is_number:
            raise DataError(f"{where}: {DROP!r} is also a label of the data. Rename that label, or delete the row.")
        if correction != DROP:
            correction = _read(correction, form, where)
            if unknown := sorted(set(form.names(correction)) - names):
                raise DataError(
                    f"{where}: a correction must be {DROP!r} or a label of the data, not {unknown[0]!r}."
                    f"{did_you_mean(unknown[0], sorted(names))}"
                )
        key = _key(text or "")
        if wanted.setdefault(key, correction) != correction:
            raise DataError(f"{where}: this text has another correction, too ({wanted[key]!r}). Keep one of them.")
    return wanted


def _read(correction: str, form: LabelForm, where: str) -> str:
    try:
        return form.read(correction)
    except DataError as error:
        raise DataError(f"{where}: {error} Or write {DROP!r}.") from error


def _table(path: Path) -> Table:
    if not path.is_file():
        raise DataError(f"The corrections must be a file that exists, not {str(path)!r}.")
    table = read_file(path)
    for name in (TEXT, CORRECTION):
        if name not in table.columns:
            raise DataError(
                f"The corrections in {path} must have the columns {TEXT!r} and {CORRECTION!r}, but {name!r} is "
                f"missing. It has: {', '.join(table.columns)}."
            )
    return table


def _key(text: str) -> str:
    """Return what identifies a text, also where a spreadsheet needed an apostrophe before it."""
    return text_key(text).removeprefix("'")


def _rows(count: int) -> str:
    return f"{count} row{'' if count == 1 else 's'}"
