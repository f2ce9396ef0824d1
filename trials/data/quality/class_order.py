"""Checks that the order of classes, as the user gives it, fits the classes of the rows."""

from collections.abc import Mapping, Sequence

from trials.data.quality.issues import DataIssue
from trials.data.quality.labels import label_key
from trials.data.sources import SourceRows
from trials.errors import DataError

_SHOWN = 5
_SHOWN_ORDER = 20


def check_order(rows: Mapping[str, SourceRows], order: Sequence[str]) -> list[DataIssue]:
    """Return a finding about names of the order without rows.

    Args:
        rows: the rows by split, after corrections and merged labels.
        order: names of the classes from low to high, as the user gave them; empty if nothing was given.

    Raises:
        DataError: a class is not in the order.
    """
    known = {label for part in rows.values() for label in part.labels if label}
    if not order:
        return []
    if missing := sorted(known.difference(order)):
        alike = {label_key(name) for name in order}.intersection(map(label_key, missing))
        way_out = " If names that differ in case or form are one class, add --merge-labels." if alike else ""
        raise DataError(
            f"data.order (--order) must name every class, from low to high, but lacks {_shown(missing, _SHOWN)}. It "
            f"names: {_shown(order, _SHOWN_ORDER)}.{way_out}"
        )
    if not (unused := [name for name in order if name not in known]):
        return []
    message = (
        f"The order (--order) names classes without rows: {_shown(unused, _SHOWN)}. They are left out, so the classes "
        "on both sides of them count as neighbours, one rank apart."
    )
    return [DataIssue("unused-ranks", message, blocking=False)]


def _shown(names: Sequence[str], most: int) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(map(repr, names[:most])) + more
