"""The user's options about data."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class DataOptions:
    """Where labelled text lies and how to split it.

    Attributes:
        source: a named corpus, a file or a folder.
        text: name of the text column; None means find it.
        label: name of the label column; None means find it.
        split: name of the split column; None means find it.
        validation: file with the validation split; None if there is none.
        test: file with the test split; None if there is none.
        validation_share: share of the training rows that becomes the validation split if none is given.
        test_share: likewise for the test split.
        seed: seed of the splits.
        unlabeled: a named corpus, a file or a folder, of which only the texts are read.
        corrections: a file with the columns `text` and `correction`, which changes or drops rows; None: none.
        allow: codes of blocking findings that the user accepts.
    """

    source: str
    text: str | None = None
    label: str | None = None
    split: str | None = None
    validation: Path | None = None
    test: Path | None = None
    validation_share: float = 0.15
    test_share: float = 0.15
    seed: int = 0
    unlabeled: str | None = None
    corrections: Path | None = None
    allow: frozenset[str] = field(default_factory=frozenset)
