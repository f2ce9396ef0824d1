"""What was read of the data, as lines for the user and as JSON."""

from collections.abc import Mapping, Sequence
from textwrap import wrap

from automl.report.result_json import Json
from trials.data import WhatWasRead

WIDTH = 100
"""Maximum width of the lines, in columns."""

_SHOWN_CLASSES = 8
_SHOWN_FILES = 4
_SHOWN_COLUMNS = 12
_LONGEST_NAME = 40
_INDENT = 11


def data_lines(read: WhatWasRead) -> list[str]:
    """Return a short block of lines: files, columns, rows, classes, and what is left out."""
    files = list(read.files[:_SHOWN_FILES])
    if len(read.files) > _SHOWN_FILES:
        files.append(f"and {len(read.files) - _SHOWN_FILES} more files")
    columns = read.columns
    used = sum(read.rows.values())
    rows = ", ".join(f"{split} {count:,}" for split, count in read.rows.items())
    sections = {
        "files": files,
        "damaged": list(read.warnings),
        "text": [
            " + ".join(map(_short, columns.text)) + (", joined with their names" if len(columns.text) > 1 else "")
        ],
        "label": [f"{_short(columns.label)}, {len(read.classes)} classes: {_classes(read.classes)}"],
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


def data_facts(read: WhatWasRead) -> dict[str, Json]:
    """Return the same as JSON; `text` is a name, or a list if several columns are joined."""
    columns = read.columns
    return {
        "text": columns.text[0] if len(columns.text) == 1 else list(columns.text),
        "label": columns.label,
        "split": columns.split,
        "group": columns.group,
        "time": columns.time,
        "unused": list(read.unused),
        "files": list(read.files),
        "warnings": list(read.warnings),
        "split_by": read.split_by,
        "rows_read": read.given,
        "rows": dict(read.rows),
        "classes": dict(read.classes),
        "left_out": dict(read.left_out),
    }


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
