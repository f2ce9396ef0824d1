"""What a user may say about data."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class DataOptions:
    """Where labelled text lies and how to split it.

    `source` is a named corpus, a file or a folder. `text`, `label` and `split` name columns; None means: find them.
    `validation` and `test` are files given beside the source. Shares are of the rows that are left to split.
    `unlabeled` is a corpus, a file or a folder, too, of which only the texts are read.
    `allow` holds the codes of blocking findings that the user accepts.
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
    allow: frozenset[str] = field(default_factory=frozenset)
