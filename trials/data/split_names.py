"""The three splits and their common names."""

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
