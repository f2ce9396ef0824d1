"""What was read of the data, as lines for the user and as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from textwrap import wrap

from automl.report.result_json import Json
from trials.data import BETWEEN, RowForm, WhatWasRead, pair_of
from trials.data.readers import FileFacts

WIDTH = 100
"""Maximum width of the lines, in columns."""

EXAMPLE_TEXTS = '["a text", "another text"]'
"""The texts of example code."""

_SHOWN_CLASSES = 8
_SHOWN_FILES = 4
_SHOWN_WARNINGS = 8
_SHOWN_COLUMNS = 12
_LONGEST_NAME = 40
_INDENT = 11


def data_lines(read: WhatWasRead) -> list[str]:
    """Return `read` as a short block of lines: files, columns, rows, classes, and what is left out."""
    files = [_file(facts) for facts in read.files[:_SHOWN_FILES]]
    if len(read.files) > _SHOWN_FILES:
        files.append(f"and {len(read.files) - _SHOWN_FILES} more files")
    columns = read.columns
    used = sum(read.rows.values())
    rows = ", ".join(f"{split} {count:,}" for split, count in read.rows.items())
    sections = {
        "files": files,
        "notes": [warning for facts in read.files for warning in facts.warnings()][:_SHOWN_WARNINGS],
        "text": [
            " + ".join(map(_short, columns.text)) + (", joined with their names" if len(columns.text) > 1 else "")
        ],
        "also": [str(column) for column in read.form.also],
        "label": [_labels(read)],
        "rows": [f"{used:,} of {read.given:,} used: {rows}", *_left_out(read.left_out)],
        "split": [read.split_by],
        "not used": [_unused(read)] if read.unused else [],
    }
    lines = ["What was read"]
    for name, entries in sections.items():
        for number, entry in enumerate(entries):
            head = f"  {name if number == 0 else '':<{_INDENT - 2}}"
            lines += wrap(
                entry,
                WIDTH,
                initial_indent=head,
                subsequent_indent=" " * _INDENT,
                break_on_hyphens=False,
            )
    return lines


def data_card(read: WhatWasRead, pair: tuple[str, str] | None = None) -> str:
    """Return the part of a model card that says what the model reads, and what it was trained on.

    Args:
        read: what was read.
        pair: names of the two text columns that the model tells apart; None if it reads a text.
    """
    columns = read.columns
    text = f"Texts are those of the column `{columns.text[0]}`."
    if pair is not None:
        text = (
            f"A row is a pair of the columns `{pair[0]}` and `{pair[1]}`. The model asks for both: `automl predict`, "
            "`automl.load_classifier`, its MLflow model and `automl serve` take rows."
        )
    elif len(columns.text) > 1:
        example = "\n".join(f"{name}: ..." for name in columns.text)
        text = (
            "A text is made of several columns, each that is not empty in a line of its own after its name. "
            f"`automl predict` does so; with other tools, give texts of this form:\n\n```\n{example}\n```"
        )
    if also := read.form.also:
        example = BETWEEN.join(f"{column.name}: ..." for column in also)
        text += (
            f" A line with the columns {' and '.join(f'`{column.name}`' for column in also)} stands before it, "
            f"without those that are empty:\n\n```\n{example}\n```\n\nThe model asks for these columns: "
            "`automl predict`, `automl.load_classifier`, its MLflow model and `automl serve` take rows that have them."
        )
    rows = ", ".join(f"{count:,} {split}" for split, count in read.rows.items())
    left_out = "; ".join(_left_out(read.left_out))
    counted = f"Rows: {rows}" + (f"; {left_out}" if left_out else "") + "."
    return f"{text}\n\n{counted} Labels are those of {_label_columns(read)}. Rows are split: {read.split_by}."


def example_inputs(form: RowForm, pair: tuple[str, str] | None = None) -> tuple[str, str]:
    """Return example inputs in Python, of the project's own classifier and of `pipeline`.

    Args:
        form: the form of the rows.
        pair: names of the two text columns that the model tells apart; None if it reads a text.
    """
    if not form.also and pair is None:
        return EXAMPLE_TEXTS, EXAMPLE_TEXTS
    row = form.example("a text")
    if pair is None:
        return f"[{row!r}]", f"[{form.text_of(row)!r}]"
    first, second = pair_of(pair, form.text_of(row))
    return f"[{row!r}]", f"[{ {'text': first, 'text_pair': second}!r}]"


def data_facts(read: WhatWasRead) -> dict[str, Json]:
    """Return `read` as JSON; the text is the name of a column, or a list if several are joined."""
    columns = read.columns
    return {
        "text": columns.text[0] if len(columns.text) == 1 else list(columns.text),
        "also": [dict(facts) for facts in read.form.facts()],
        "label": list(columns.indicators) or columns.label,
        "label_sets": read.sets,
        "label_separator": read.label_separator,
        "numbers": None if read.numbers is None else dict(zip(("min", "mean", "max"), read.numbers, strict=True)),
        "order": list(read.order),
        "split": columns.split,
        "group": columns.group,
        "time": columns.time,
        "unused": list(read.unused),
        "files": [
            {
                "path": _path(facts),
                "format": facts.format,
                "rows": facts.rows,
                "delimiter": facts.delimiter,
                "encoding": facts.encoding,
                "encoding_confidence": facts.confidence,
                "header": facts.header,
                "notes": list(facts.warnings()),
            }
            for facts in read.files
        ],
        "split_by": read.split_by,
        "splitting": dict(read.splitting),
        "rows_read": read.given,
        "rows": dict(read.rows),
        "sample": read.sample,
        "searched": None if read.searched is None else dict(read.searched),
        "classes": dict(read.classes),
        "left_out": dict(read.left_out),
    }


def _labels(read: WhatWasRead) -> str:
    """Return the label column, how many labels there are, and where a text may have several, how they are written."""
    columns, counted = read.columns, _classes(read.classes)
    if read.numbers is not None:
        least, mean, most = read.numbers
        return f"{_short(columns.label)}, numbers (regression) from {least:g} to {most:g}, {mean:.4g} on average"
    if read.order:
        ranked = _classes({name: read.classes[name] for name in read.order})
        return f"{_short(columns.label)}, {len(read.order)} ordered classes (ordinal), from low to high: {ranked}"
    if read.sets is None:
        return f"{_short(columns.label)}, {len(read.classes)} classes: {counted}"
    used = sum(read.rows.values())
    mean = sum(read.classes.values()) / max(1, used)
    named = f"{len(columns.indicators)} columns" if columns.indicators else _short(columns.label)
    return (
        f"{named}, {read.sets}: several labels a text (multi-label), {mean:.2f} on average, none for "
        f"{read.unlabelled:,} texts; {len(read.classes)} labels: {counted}"
    )


def _label_columns(read: WhatWasRead) -> str:
    columns = read.columns
    named = ", ".join(f"`{name}`" for name in columns.indicators or (columns.label,))
    return named if read.sets is None else f"{named} ({read.sets}), several a text or none"


def _file(facts: FileFacts) -> str:
    return str(replace(facts, origin=_path(facts)))


def _path(facts: FileFacts) -> str:
    """Return the path of a file relative to the current folder, if it lies in there."""
    path = Path(facts.origin)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(facts.origin)


def _classes(classes: Mapping[str, int]) -> str:
    shown = [f"{_short(name)} {count:,}" for name, count in list(classes.items())[:_SHOWN_CLASSES]]
    if len(classes) > _SHOWN_CLASSES:
        shown.append(f"and {len(classes) - _SHOWN_CLASSES} more")
    return ", ".join(shown)


def _left_out(left_out: Mapping[str, int]) -> list[str]:
    if not left_out:
        return []
    return [
        f"{sum(left_out.values()):,} left out: " + ", ".join(f"{code} {count:,}" for code, count in left_out.items())
    ]


def _unused(read: WhatWasRead) -> str:
    sentence = _names(read.unused)
    if read.texts:
        flags = " ".join(f"--text {name}" for name in (*read.columns.text, *read.texts[:2]))
        sentence += f" ({_names(read.texts)}: text too? {flags} joins them)"
    return sentence


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN_COLUMNS} more" if len(names) > _SHOWN_COLUMNS else ""
    return ", ".join(map(_short, names[:_SHOWN_COLUMNS])) + more


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 3]}..."
