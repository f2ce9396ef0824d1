"""The three splits and their common names."""

from collections.abc import Iterable
from pathlib import Path

from trials.errors import DataError

TRAIN = "train"
VALIDATION = "validation"
TEST = "test"

SPLIT_NAMES: dict[str, str] = {
    "train": TRAIN,
    "training": TRAIN,
    "validation": VALIDATION,
    "valid": VALIDATION,
    "val": VALIDATION,
    "dev": VALIDATION,
    "test": TEST,
}


def split_of(name: str | None) -> str | None:
    """Return the split that `name` stands for, ignoring case and surrounding space; None if it stands for none."""
    return SPLIT_NAMES.get((name or "").strip().lower())


def names_by_split(names: Iterable[str], origin: Path) -> dict[str, str]:
    """Return, for each split, the one of `names` that stands for it; other names are left out.

    Args:
        names: the names of parts of a data set.
        origin: the data set, for the message.

    Raises:
        DataError: two names stand for the same split.
    """
    found: dict[str, str] = {}
    for name in names:
        if (split := split_of(name)) is None:
            continue
        if split in found:
            raise DataError(
                f"{origin} must have one {split} split, but it has {found[split]!r} and {name!r}. "
                "Rename or remove one of them."
            )
        found[split] = name
    return found
