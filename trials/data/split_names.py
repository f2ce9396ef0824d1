"""The three splits and their common names."""

import re
from collections.abc import Iterable
from pathlib import Path

from trials.errors import DataError

TRAIN = "train"
VALIDATION = "validation"
TEST = "test"

SPLIT_NAMES: dict[str, str] = {
    **dict.fromkeys(("train", "training", "trn", "trainset"), TRAIN),
    **dict.fromkeys(("validation", "valid", "val", "dev", "devel", "development", "eval", "evaluation"), VALIDATION),
    **dict.fromkeys(("test", "testing", "tst", "testset", "holdout", "heldout"), TEST),
}

_WORD_BREAK = re.compile(r"[-_. ]+")


def split_of(name: str | None) -> str | None:
    """Return the split that `name` stands for, ignoring case and surrounding space; None if it stands for none.

    A suffix "set", "data" or "split" does not matter: `train_set`, `test-data`; `hold-out` is `holdout`.
    """
    plain = (name or "").strip().lower()
    if plain in SPLIT_NAMES:
        return SPLIT_NAMES[plain]
    words = _WORD_BREAK.split(plain)
    if len(words) > 1 and words[-1] in {"set", "data", "split"}:
        words = words[:-1]
    return SPLIT_NAMES.get("".join(words))


def split_in(stem: str) -> str | None:
    """Return the split that one word of a file name stands for, as in `reviews_train`; None unless it is exactly one.

    Args:
        stem: the file name without its suffix.
    """
    words = _WORD_BREAK.split(stem.strip().lower())
    found = {SPLIT_NAMES[word] for word in words if word in SPLIT_NAMES}
    return split_of(stem) or (found.pop() if len(found) == 1 else None)


def names_by_split(names: Iterable[str], origin: Path | str) -> dict[str, str]:
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
