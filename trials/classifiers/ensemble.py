"""A classifier whose probabilities are the weighted mean of those of several models: its folder, and its loader."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trials.errors import ClassifierError
from trials.files import (
    TEXTS_AT_ONCE,
    VALIDATION_LOGITS,
    TextClassifier,
    read_facts,
    replacing,
    write_facts,
)
from trials.metrics import mean_log_probabilities

KIND = "ensemble"

MEMBERS = "members"
"""Subfolder with a folder for each member."""


@dataclass(frozen=True)
class Ensemble:
    """Several classifiers of the same classes; `weights` are their shares, which sum to 1."""

    label_names: tuple[str, ...]
    members: tuple[TextClassifier, ...]
    weights: tuple[float, ...]

    def logits(self, texts: Sequence[str], batch_size: int = TEXTS_AT_ONCE) -> NDArray[np.float64]:
        """Return the logarithm of the mean probabilities of each text, shape (n, classes).

        Args:
            texts: the texts; there may be none.
            batch_size: texts that are scored together by a member.
        """
        if not texts:
            return np.zeros((0, len(self.label_names)))
        return mean_log_probabilities([member.logits(texts, batch_size) for member in self.members], self.weights)


def save_ensemble(folder: Path, label_names: Sequence[str], members: Mapping[str, tuple[Path, float]]) -> None:
    """Write an ensemble to a folder, completely or not at all.

    Args:
        folder: its folder, which is replaced.
        label_names: names of the classes, which are those of each member, in the same order.
        members: the folder of each model, which is copied, and its weight, by name. Weights sum to 1.

    Raises:
        CheckpointError: the disk rejects the write; the folder is unchanged.
    """
    facts = {
        "label_names": list(label_names),
        "members": list(members),
        "weights": [weight for _, weight in members.values()],
    }
    with replacing(folder) as staging:
        write_facts(staging, KIND, facts)
        for name, (model, _) in members.items():
            shutil.copytree(model, staging / MEMBERS / name, ignore=shutil.ignore_patterns(VALIDATION_LOGITS))


def load_ensemble(folder: Path, load: Callable[[Path], TextClassifier]) -> Ensemble:
    """Load the ensemble in a folder.

    Args:
        folder: the folder.
        load: loads a member from its folder.

    Raises:
        ClassifierError: a file is missing or damaged, or a member knows other classes.
        PretrainedError: the encoder of a member cannot be read.
    """
    facts = read_facts(folder)
    try:
        label_names, names, weights = (tuple(facts[entry]) for entry in ("label_names", "members", "weights"))
    except (LookupError, TypeError) as error:
        raise ClassifierError(
            f"the ensemble in {str(folder)!r} must have classes, members and weights, but: {error}"
        ) from error
    members = tuple(load(folder / MEMBERS / Path(name).name) for name in names)
    for name, member in zip(names, members, strict=True):
        if member.label_names != label_names:
            raise ClassifierError(
                f"the member {name!r} of the ensemble in {str(folder)!r} must have the classes "
                f"{', '.join(label_names)}, not {', '.join(member.label_names)}"
            )
    return Ensemble(label_names, members, weights)
