"""Findings about data, some of which stop the program unless the user allows them.

| code | stops | what was found, and what then happens to the rows |
|---|---|---|
| `listed-labels` | always | labels are objects, or lists of unclear meaning; cannot be allowed |
| `joined-labels` | yes | labels are several names in one cell, such as `a/b`; allowed: each combination is a class |
| `similar-labels` | yes | labels differ in case, form of characters or number format only; allowed: they are classes |
| `merged-labels` | no | such labels were merged, as `--merge-labels` asks |
| `unused-ranks` | no | the order of the classes names some that have no rows |
| `nested-texts` | yes | texts are JSON lists or objects; allowed: they are used as they are |
| `unknown-splits` | yes | cells of the split column stand for no split; allowed: their rows are dropped |
| `unlabelled-split` | yes | a given validation or test split has no labels; allowed: split off from training |
| `missing-labels` | no | rows without a label are dropped |
| `empty-texts` | no | rows without a text are dropped |
| `duplicates` | no | rows that repeat a text and its label in a split: the first is kept |
| `split-overlap` | no | a text of a given validation or test split is in another too: dropped from the training side |
| `conflicting-labels` | above 5% of rows | one text under several labels: all its rows are dropped |
| `numeric-texts` | yes | nearly all texts are numbers; allowed: they are used as they are |
| `numeric-labels` | yes | labels are numbers that look like scores; allowed: each number is a class |
| `number-classes` | no | labels are whole numbers, of which each is a class, whatever their order |
| `bad-numbers` | yes | labels that should be numbers are empty, text or infinite; allowed: their rows are dropped |
| `averaged-numbers` | no | texts that have several numbers get their mean |
| `small-classes` | yes | a class has too few rows for every split; allowed: its rows are dropped, or it from sets |
| `unseen-classes` | yes | a class of validation or test has no training rows; allowed: dropped likewise |
| `too-few-rows` | yes | fewer than 20 rows are left; allowed: they are used |
| `one-class` | always | fewer than two classes, or different numbers, are left; cannot be allowed |
| `absent-classes` | no | a given validation or test split lacks a class, so its scores do not cover it |
| `imbalance` | no | the largest class has over 20 times the rows of the smallest |
| `split-off` | no | only one of validation and test was given: the other is split off from training |
| `unlabeled-overlap` | no | an unlabelled text is also in the validation or test split: dropped |
| `unlabeled-duplicates` | no | an unlabelled text repeats another, or one of the training split: dropped |
| `corrections` | no | how many rows a file of corrections relabelled and dropped |
| `unused-corrections` | no | corrections that fit no text of the data: ignored |
| `missing-groups` | no | rows without a group: each is a group of its own |
| `missing-times` | no | rows without a time are dropped |
| `group-overlap` | no | a group of a given validation or test split is in another too: dropped from the training side |
| `time-overlap` | no | rows of a given training side are later than those they are tested on |
| `near-duplicates` | no | training rows nearly repeat a validation or test row; `--drop-near-duplicates` drops them |
| `truncation` | no | how much of the text the maximum length cuts |
"""

from collections.abc import Iterable
from dataclasses import dataclass

from search_spaces.near_miss import did_you_mean
from trials.errors import DataError

BLOCKING_CODES = (
    *("conflicting-labels", "numeric-texts", "numeric-labels", "small-classes", "unseen-classes", "too-few-rows"),
    *("similar-labels", "joined-labels", "nested-texts", "unknown-splits", "unlabelled-split"),
    "bad-numbers",
    *("one-class", "listed-labels"),
)
FINAL_CODES = frozenset({"one-class", "listed-labels"})
"""Findings that cannot be allowed, because no classifier could be trained."""

ALLOWABLE_CODES = tuple(code for code in BLOCKING_CODES if code not in FINAL_CODES)
"""Blocking findings that the user may accept."""


@dataclass(frozen=True)
class DataIssue:
    """One finding about the data.

    Attributes:
        code: a code of the table above.
        message: the finding as a sentence.
        blocking: whether it stops the program unless its code is allowed.
        left_out: number of labelled rows that it leaves out.
    """

    code: str
    message: str
    blocking: bool
    left_out: int = 0


def check_codes(allow: Iterable[str]) -> None:
    """Check the codes that the user allows.

    Args:
        allow: codes of findings.

    Raises:
        DataError: a code is not that of a finding that can be allowed.
    """
    for code in sorted(set(allow) - set(ALLOWABLE_CODES)):
        raise DataError(
            f"data.allow must hold codes of findings that can be allowed, not {code!r}."
            f"{did_you_mean(code, ALLOWABLE_CODES)} Choose from: {', '.join(ALLOWABLE_CODES)}."
        )


def stop_on_blocking(findings: Iterable[DataIssue], allow: frozenset[str]) -> None:
    """Stop if there are blocking findings that the user does not allow.

    Args:
        findings: all findings.
        allow: codes of blocking findings that the user accepts.

    Raises:
        DataError: there are such findings; the message lists all of them, and which can be allowed.
    """
    stopping = [finding for finding in findings if finding.blocking and finding.code not in allow - FINAL_CODES]
    if not stopping:
        return
    lines = [f"  - {finding.message} [{finding.code}]" for finding in stopping]
    codes = [finding.code for finding in stopping]
    way_out = "\nCorrect the data."
    if not FINAL_CODES.intersection(codes):
        flags = " ".join(f"--allow {code}" for code in codes)
        way_out = f"\nCorrect the data, or accept the findings with: {flags} (data.allow in YAML)"
    raise DataError("The data has problems that stop the search:\n" + "\n".join(lines) + way_out)
