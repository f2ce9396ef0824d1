"""The three splits and the names that people give them."""

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
    """The split that `name` stands for, whatever its case and the space around it; None when it stands for none."""
    return SPLIT_NAMES.get((name or "").strip().lower())
