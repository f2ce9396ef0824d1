"""Finds what stands between several labels in one cell."""

from collections.abc import Mapping

from trials.data.columns import is_number

SEPARATORS = ("|", ";", ",", "/", "+", "&")
"""What may stand between several labels in one cell."""

SEPARATORS_OF_LISTS = ("|", ";", ",")
"""Separators that are rare within the name of one class."""


def joined_by(separator: str, counts: Mapping[str, int]) -> list[str]:
    """Return labels whose parts are all labels themselves; or all that have parts, if these are fewer than the labels.

    So `sport|money` counts as joined beside `sport` and `money`; and `a|b`, `b|c`, `a|c`, `a|b|c` do without them.

    Args:
        separator: what may stand between names.
        counts: rows by label.
    """
    parts = {
        label: [part.strip() for part in label.split(separator)]
        for label in counts
        if separator in label and not is_number(label)
    }
    parts = {label: found for label, found in parts.items() if all(found)}
    known = {label.casefold() for label in counts}
    plain = [label for label, found in parts.items() if all(part.casefold() in known for part in found)]
    if plain or separator not in SEPARATORS_OF_LISTS:
        return plain
    distinct = {part.casefold() for found in parts.values() for part in found}
    return list(parts) if len(parts) > 1 and len(distinct) < len(parts) else []


def likely_separator(counts: Mapping[str, int]) -> str | None:
    """Return what stands between the labels of rows that are known to have several; None if nothing does.

    Args:
        counts: rows by label.
    """
    for separator in SEPARATORS:
        if joined_by(separator, counts):
            return separator
    rows = {
        separator: sum(count for label, count in counts.items() if separator in label)
        for separator in SEPARATORS_OF_LISTS
    }
    best = max(rows, key=lambda separator: rows[separator])
    return best if rows[best] else None
