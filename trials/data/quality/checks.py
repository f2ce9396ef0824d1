"""Checks of clean rows before any compute; the table of findings is in `issues.py`."""

from collections.abc import Mapping

from trials.data.columns import is_number
from trials.data.labels import ONE_NAME, LabelForm
from trials.data.quality.issues import DataIssue
from trials.data.sources import SourceRows
from trials.data.split_names import TEST, TRAIN, VALIDATION

FEWEST_ROWS = 20
MANY_NUMBERS = 20
FEW_NUMBERS = 5
ROWS_FOR_A_NUMBER = 10
IMBALANCE = 20
NUMERIC_TEXTS = 0.95
_FIRST_TEXTS = 1000
_LISTED_CLASSES = 5
_LONGEST_NAME = 60


def check(
    rows: Mapping[str, SourceRows], allow: frozenset[str], form: LabelForm = ONE_NAME, *, asked: bool = False
) -> tuple[dict[str, SourceRows], list[DataIssue]]:
    """Check the rows of each split.

    Args:
        rows: clean rows by split; `train` is always there.
        allow: codes of blocking findings that the user accepts.
        form: what a label is.
        asked: whether the user has said what it is, so that numbers need no question.

    Returns:
        The rows without the classes whose loss the user accepts, and all findings.
    """
    findings = _texts(rows) + (_numeric_labels(rows[TRAIN]) if form is ONE_NAME and not asked else [])
    kept = dict(rows)
    for dropping in (_small_classes, _unseen_classes):
        finding, without = dropping(kept, form)
        if finding is not None:
            findings.append(finding)
            kept = without if finding.code in allow else kept
    return kept, findings + _remaining(kept, form)


def fewest_rows_of_a_class(rows: Mapping[str, SourceRows]) -> int:
    """Return how many training rows a class needs so that training and each missing split get one of `rows`."""
    return 1 + (VALIDATION not in rows) + (TEST not in rows)


def _texts(rows: Mapping[str, SourceRows]) -> list[DataIssue]:
    texts = rows[TRAIN].texts
    if not texts or not any(map(is_number, texts[:_FIRST_TEXTS])):
        return []
    if sum(map(is_number, texts)) < NUMERIC_TEXTS * len(texts):
        return []
    message = (
        f"The text column must hold text, but it holds numbers, such as {texts[0]!r}. Name another column with --text."
    )
    return [DataIssue("numeric-texts", message, blocking=True)]


def _numeric_labels(train: SourceRows) -> list[DataIssue]:
    """Treat numbers as a quantity if some have a fraction, or if whole numbers have gaps or are many.

    Whole numbers from 0 or 1 on without a gap are ids of classes, if each has many rows. Few others are classes too. Of
    three or more it is told that their order does not count.
    """
    values = set(train.labels)
    if not values or not all(map(is_number, values)):
        return []
    numbers = sorted({float(value.replace(",", ".")) for value in values})
    whole = all(number.is_integer() for number in numbers)
    ids = numbers in ([float(n + first) for n in range(len(numbers))] for first in (0, 1))
    enough = len(train) >= ROWS_FOR_A_NUMBER * len(values)
    if whole and (len(numbers) < FEW_NUMBERS or (ids and (enough or len(numbers) <= MANY_NUMBERS))):
        message = (
            f"The labels are {len(numbers)} whole numbers from {numbers[0]:g} to {numbers[-1]:g}: each is a class of "
            "its own, and their order does not count. If it does: --task ordinal; if they are a quantity: --task "
            "regression."
        )
        return [DataIssue("number-classes", message, blocking=False)] if len(numbers) > 2 else []
    message = (
        f"The label column holds {len(numbers)} different numbers from {numbers[0]:g} to {numbers[-1]:g}, which look "
        "like scores, not like classes. Say which is meant: a quantity with --task regression, ordered classes with "
        "--task ordinal, a class for each number with --task single-label; or name another column with --label."
    )
    return [DataIssue("numeric-labels", message, blocking=True)]


def _small_classes(rows: Mapping[str, SourceRows], form: LabelForm) -> tuple[DataIssue | None, dict[str, SourceRows]]:
    counts = form.count(rows[TRAIN])
    needed = fewest_rows_of_a_class(rows)
    small = sorted(label for label, count in counts.items() if count < needed)
    if not small:
        return None, dict(rows)
    doubt = " Is this the right label column?" if 2 * len(small) > len(counts) else ""
    message = (
        f"{len(small)} of {len(counts)} classes have too few rows to be split; each needs {needed} different texts: "
        f"{_listed(small)}.{doubt} Add rows or merge classes; if allowed, these classes are left out."
    )
    return DataIssue("small-classes", message, blocking=True), _without(rows, set(small), form)


def _unseen_classes(rows: Mapping[str, SourceRows], form: LabelForm) -> tuple[DataIssue | None, dict[str, SourceRows]]:
    known = set(form.count(rows[TRAIN]))
    unseen = {split: sorted(set(form.count(part)) - known) for split, part in rows.items()}
    found = [f"{split}: {_listed(labels)}" for split, labels in unseen.items() if labels]
    if not found:
        return None, dict(rows)
    message = f"Every class must have training rows, but some have none ({'; '.join(found)}). If allowed, left out."
    return DataIssue("unseen-classes", message, blocking=True), _without(rows, set().union(*unseen.values()), form)


def _remaining(rows: Mapping[str, SourceRows], form: LabelForm) -> list[DataIssue]:
    findings: list[DataIssue] = []
    train = form.count(rows[TRAIN])
    total = sum(map(len, rows.values()))
    if total < FEWEST_ROWS:
        message = f"There must be at least {FEWEST_ROWS} different labelled texts, but {total} are left."
        findings.append(DataIssue("too-few-rows", message, blocking=True))
    if not train or (len(train) < 2 and not form.is_number):
        only = f"only {_short(next(iter(train)))}" if train else "none"
        message = f"There must be at least two classes to tell apart in the training rows, but there is {only}."
        findings.append(DataIssue("one-class", message, blocking=True))
    for split in (VALIDATION, TEST):
        absent = sorted(train.keys() - set(form.count(rows[split]))) if split in rows else []
        if absent:
            message = f"The {split} split has no rows of: {_listed(absent)}; its scores do not cover them."
            findings.append(DataIssue("absent-classes", message, blocking=False))
    if train and max(train.values()) > IMBALANCE * min(train.values()):
        (large, most), (rare, least) = train.most_common()[0], train.most_common()[-1]
        message = (
            f"Classes are far from balanced: {_short(large)} has {most} training rows, {_short(rare)} has {least}."
        )
        findings.append(DataIssue("imbalance", f"{message} Look at macro F1 rather than accuracy.", blocking=False))
    return findings


def _without(rows: Mapping[str, SourceRows], names: set[str], form: LabelForm) -> dict[str, SourceRows]:
    return {split: form.without(part, names) for split, part in rows.items()}


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _LISTED_CLASSES} more" if len(names) > _LISTED_CLASSES else ""
    return ", ".join(map(_short, names[:_LISTED_CLASSES])) + more


def _short(name: str) -> str:
    return repr(name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}...")
