"""The thresholds of a classifier of several labels a text, in a file beside the model.

A folder with this file is one of such a classifier. So is one of transformers whose config says so; its thresholds are
0.5 without the file.
"""

import json
from pathlib import Path

from trials.errors import ClassifierError

THRESHOLDS = "thresholds.json"

_FIELD = "thresholds"
_CONFIG, _PROBLEM = "config.json", "multi_label_classification"


def write_thresholds(folder: Path, thresholds: tuple[float, ...]) -> None:
    """Write the probability from which on a text gets each label, in the order of the labels.

    Args:
        folder: an existing folder.
        thresholds: the probabilities; if there are none, nothing is written.
    """
    if thresholds:
        (folder / THRESHOLDS).write_text(json.dumps({_FIELD: list(thresholds)}) + "\n", encoding="utf-8")


def read_thresholds(folder: Path, labels: int) -> tuple[float, ...]:
    """Return the threshold of each label; empty if the model in `folder` gives one label a text.

    Args:
        folder: the folder of a model.
        labels: number of its labels.

    Raises:
        ClassifierError: the file is damaged, or has another number of thresholds.
    """
    if not (folder / THRESHOLDS).is_file():
        return (0.5,) * labels if _says_several(folder / _CONFIG) else ()
    try:
        thresholds = tuple(map(float, json.loads((folder / THRESHOLDS).read_text(encoding="utf-8"))[_FIELD]))
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise ClassifierError(f"{str(folder / THRESHOLDS)!r} must hold thresholds of labels, but: {error}") from error
    if len(thresholds) != labels or not all(0.0 < threshold < 1.0 for threshold in thresholds):
        raise ClassifierError(
            f"{str(folder / THRESHOLDS)!r} must hold a probability between 0 and 1 for each of the {labels} labels, "
            f"but holds {len(thresholds)} numbers"
        )
    return thresholds


def _says_several(config: Path) -> bool:
    try:
        found = json.loads(config.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and found.get("problem_type") == _PROBLEM
