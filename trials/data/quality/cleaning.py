"""Drops useless rows before training: rows without a label or text, duplicates, and contradictions."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Sized
from dataclasses import dataclass

from trials.data.columns import PLAIN, RowForm
from trials.data.quality.issues import DataIssue
from trials.data.sources import SourceRows
from trials.data.split_names import TEST, TRAIN, VALIDATION

CONFLICT_LIMIT = 0.05
"""Share of rows with conflicting labels above which the labels themselves are in doubt."""


def clean(given: Mapping[str, SourceRows], row_form: RowForm = PLAIN) -> tuple[dict[str, SourceRows], list[DataIssue]]:
    """Return the usable rows of each split, and findings about the dropped ones.

    Two texts are equal if they differ in white space only; the line of columns beside a text is a part of it, as rows
    of other categories or numbers may well have other labels. Afterwards no text is in two splits: test keeps its
    rows, validation drops those of test, and training drops those of both.

    Args:
        given: the rows by split, as they were read.
        row_form: how the cells of a row became its text; a row whose cells beside the text alone hold something has
            none.
    """
    findings: list[DataIssue] = []
    rows = _with_text(_labelled(given, findings), row_form, findings)
    keyed = {split: _Keyed(part, [text_key(text) for text in part.texts]) for split, part in rows.items()}
    keyed = _consistent(keyed, findings)
    keyed = _unique(keyed, findings)
    keyed = _without_overlap(keyed, findings)
    return {split: part.rows for split, part in keyed.items()}, findings


@dataclass(frozen=True)
class _Keyed:
    """Rows with the keys of their texts, which are made once."""

    rows: SourceRows
    keys: Sequence[str]

    def __len__(self) -> int:
        return len(self.keys)

    def take(self, chosen: Iterable[int]) -> "_Keyed":
        chosen = list(chosen)
        if len(chosen) == len(self):
            return self
        return _Keyed(self.rows.take(chosen), [self.keys[row] for row in chosen])


def text_key(text: str) -> str:
    """Return `text` with normalized white space; texts with equal keys are equal."""
    return text if (key := " ".join(text.split())) == text else key


def _labelled(rows: Mapping[str, SourceRows], findings: list[DataIssue]) -> dict[str, SourceRows]:
    kept = {split: _where(part, part.labels) for split, part in rows.items()}
    if said := dropped(rows, kept):
        findings.append(_finding("missing-labels", f"{said} without a label: left out.", rows, kept))
    return kept


def _with_text(rows: Mapping[str, SourceRows], row_form: RowForm, findings: list[DataIssue]) -> dict[str, SourceRows]:
    kept = {split: _where(part, row_form.bodies(part.texts)) for split, part in rows.items()}
    if said := dropped(rows, kept):
        findings.append(_finding("empty-texts", f"{said} without a text: left out.", rows, kept))
    return kept


def _where(part: SourceRows, cells: Sequence[str]) -> SourceRows:
    return part if all(cells) else part.take(n for n, cell in enumerate(cells) if cell)


def _consistent(rows: Mapping[str, _Keyed], findings: list[DataIssue]) -> dict[str, _Keyed]:
    """Drop texts that have several labels within one split; across splits the overlap rule decides."""
    kept: dict[str, _Keyed] = {}
    example = ""
    for split, part in rows.items():
        label_of: dict[str, str] = {}
        pairs = zip(part.keys, part.rows.labels, strict=True)
        unclear = dict.fromkeys(key for key, label in pairs if label_of.setdefault(key, label) != label)
        example = example or next(iter(unclear), "")
        kept[split] = part.take(n for n, key in enumerate(part.keys) if key not in unclear)
    if said := dropped(rows, kept):
        total = sum(map(len, rows.values()))
        many = total - sum(map(len, kept.values())) > CONFLICT_LIMIT * total
        message = f"{said} whose text has several labels: left out; for example {example!r:.70}.{_bound(rows)}"
        findings.append(_finding("conflicting-labels", message, rows, kept, blocking=many))
    return kept


def _bound(rows: Mapping[str, _Keyed]) -> str:
    """Return how right a classifier could be if rows with contradicting labels counted; empty if all rows agree.

    Scores on the rows that are left flatter by what such rows would cost. Without a test split, they are those of all
    rows, from which it is taken.
    """
    parts = [rows[TEST]] if TEST in rows else list(rows.values())
    counts: dict[str, Counter[str]] = {}
    for part in parts:
        for key, label in zip(part.keys, part.rows.labels, strict=True):
            counts.setdefault(key, Counter())[label] += 1
    total = sum(counted.total() for counted in counts.values())
    possible = sum(max(counted.values()) for counted in counts.values())
    if possible == total:
        return ""
    where = "test rows" if TEST in rows else "rows"
    most = f"{possible / total:.1%} of the {where}"
    return f" Scores do not count them: with them, no classifier could be right on more than {most}."


def _unique(rows: Mapping[str, _Keyed], findings: list[DataIssue]) -> dict[str, _Keyed]:
    kept: dict[str, _Keyed] = {}
    for split, part in rows.items():
        first: dict[str, int] = {}
        for number, key in enumerate(part.keys):
            first.setdefault(key, number)
        kept[split] = part.take(first.values())
    if said := dropped(rows, kept):
        findings.append(_finding("duplicates", f"{said} repeating an earlier text: left out.", rows, kept))
    return kept


def _without_overlap(rows: Mapping[str, _Keyed], findings: list[DataIssue]) -> dict[str, _Keyed]:
    kept = dict(rows)
    if len(rows) == 1:
        return kept
    seen: set[str] = set()
    for split in (TEST, VALIDATION, TRAIN):
        if split in rows:
            keys = rows[split].keys
            kept[split] = rows[split].take(n for n, key in enumerate(keys) if key not in seen)
            seen.update(keys)
    if said := dropped(rows, kept):
        message = f"{said} whose text is also in the validation or test split: left out."
        findings.append(_finding("split-overlap", message, rows, kept))
    return kept


def _finding(
    code: str,
    message: str,
    before: Mapping[str, Sized],
    after: Mapping[str, Sized],
    *,
    blocking: bool = False,
) -> DataIssue:
    return DataIssue(code, message, blocking, lost(before, after))


def lost(before: Mapping[str, Sized], after: Mapping[str, Sized]) -> int:
    """Return how many rows were lost."""
    return sum(map(len, before.values())) - sum(map(len, after.values()))


def dropped(before: Mapping[str, Sized], after: Mapping[str, Sized]) -> str:
    """Return how many rows were lost, with the splits if there are several; empty if none was lost."""
    lost = {split: len(before[split]) - len(after[split]) for split in before if len(before[split]) > len(after[split])}
    if not lost:
        return ""
    where = " (" + ", ".join(f"{split} {count}" for split, count in lost.items()) + ")" if len(before) > 1 else ""
    total = sum(lost.values())
    return f"{total} row{'s' if total != 1 else ''}{where}"
