"""Checks of the names of classes: those that are likely one class, and those that are several labels."""

import shlex
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from trials.data.columns import is_number, nested
from trials.data.labels import ONE_NAME, SEPARATORS, LabelForm, joined_by
from trials.data.quality.issues import DataIssue
from trials.data.sources import SourceRows

_SHOWN_GROUPS = 4
_INVISIBLE = frozenset({"Cf", "Cc"})
_QUOTES = dict.fromkeys((0x2018, 0x2019, 0x201A), "'") | dict.fromkeys((0x201C, 0x201D, 0x201E), '"')
_DASHES = dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2212), "-")
_PLAIN = {**dict.fromkeys(range(0xFE00, 0xFE10)), **_QUOTES, **_DASHES}
"""Variation selectors, which are removed; and quotes and dashes that look alike."""


def label_key(label: str) -> str:
    """Return what labels have in common that differ in case, Unicode form, unseen characters or number format only."""
    plain = unicodedata.normalize("NFKC", label).translate(_PLAIN)
    plain = "".join(
        " " if c.isspace() else c for c in plain if c.isspace() or unicodedata.category(c) not in _INVISIBLE
    )
    plain = unicodedata.normalize("NFC", " ".join(plain.split()).casefold())
    return str(Decimal(plain.replace(",", ".")).normalize()) if is_number(plain) and "_" not in plain else plain


def check_labels(rows: Mapping[str, SourceRows], form: LabelForm = ONE_NAME, *, joined: bool = True) -> list[DataIssue]:
    """Return findings about labels that are no single class, or likely the class of another one.

    Args:
        rows: the rows by split, as they were read.
        form: what a label is.
        joined: whether names that seem to be joined are a finding; the user may have said that they are classes.
    """
    counts = form.count(*rows.values())
    found = (_lists(counts) or (_joined(counts) if joined else [])) if form is ONE_NAME else []
    if similar := _similar(counts):
        message = (
            f"{_shown(similar)}: labels that differ only in case, form of characters or number format are likely one "
            "class. Take them for one with --merge-labels; if allowed, they are different classes."
        )
        found.append(DataIssue("similar-labels", message, blocking=True))
    return found


def merge_labels(
    rows: Mapping[str, SourceRows], form: LabelForm = ONE_NAME, preferred: Sequence[str] = ()
) -> tuple[dict[str, SourceRows], list[DataIssue]]:
    """Return the rows with one label for all that are likely one class: the preferred or most frequent of them.

    Args:
        rows: the rows by split, as they were read.
        form: what a label is.
        preferred: names that the user gave.
    """
    similar = _similar(form.count(*rows.values()), preferred)
    if not similar:
        return dict(rows), []
    kept = {label: labels[0] for labels in similar for label in labels}

    def name(given: str) -> str:
        return kept.get(given, given)

    merged = {
        split: replace(part, labels=[form.renamed(label, name) if label else label for label in part.labels])
        for split, part in rows.items()
    }
    message = f"{_shown(similar)}: taken for one class each, under the first name."
    return merged, [DataIssue("merged-labels", message, blocking=False)]


def _similar(counts: Counter[str], preferred: Sequence[str] = ()) -> list[list[str]]:
    """Return groups of at least two labels that are likely one class, the preferred and most frequent ones first."""
    groups: dict[str, list[str]] = {}
    for label in sorted({*counts, *preferred}, key=lambda label: (label not in preferred, -counts[label], label)):
        groups.setdefault(label_key(label), []).append(label)
    return [labels for labels in groups.values() if len(labels) > 1]


def _lists(counts: Counter[str]) -> list[DataIssue]:
    lists = [label for label in counts if nested(label) is not None]
    if not lists:
        return []
    message = (
        f"A label must be the name of one class, but {_rows(counts, lists)} a list or an object, such as "
        f"{lists[0]!r:.80}. If a text may have several labels, say so with --task multi-label, and give lists of "
        "names; if it has one, name a field inside it, as --label COLUMN.0 (the first of a list) or --label "
        "COLUMN.FIELD."
    )
    return [DataIssue("listed-labels", message, blocking=True)]


def _joined(counts: Counter[str]) -> list[DataIssue]:
    for separator in SEPARATORS:
        labels = joined_by(separator, counts)
        if labels:
            message = (
                f"A label must be the name of one class, but {_rows(counts, labels)} several labels joined by "
                f"{separator!r}, it seems, such as {labels[0]!r:.80}. If a text may have several labels, say so with "
                f"--task multi-label --label-separator {shlex.quote(separator)}; if each combination is a class, with "
                "--task single-label."
            )
            return [DataIssue("joined-labels", message, blocking=True)]
    return []


def _rows(counts: Counter[str], labels: Sequence[str]) -> str:
    rows = sum(counts[label] for label in labels)
    return f"{rows} row{' has' if rows == 1 else 's have'}"


def _shown(groups: Iterable[Sequence[str]]) -> str:
    groups = list(groups)
    texts = [f"{', '.join(map(_visible, labels[:-1]))} and {_visible(labels[-1])}" for labels in groups]
    more = f"; and {len(groups) - _SHOWN_GROUPS} more such groups" if len(groups) > _SHOWN_GROUPS else ""
    return "; ".join(texts[:_SHOWN_GROUPS]) + more


def _visible(label: str) -> str:
    """Return a label in quotes; characters that cannot be told from others as escapes."""
    return repr(label) if unicodedata.is_normalized("NFC", label) else ascii(label)
