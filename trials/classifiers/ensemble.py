"""A classifier whose probabilities, or numbers, are the weighted mean of those of several models."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trials.errors import ClassifierError
from trials.files import (
    TEXTS_AT_ONCE,
    TextClassifier,
    read_facts,
    read_thresholds,
    replacing,
    write_facts,
    write_thresholds,
)
from trials.probe import parts_of, sharing_features
from trials.tasks import SINGLE_LABEL, UNCALIBRATED, Calibration, Task, task_of_model

KIND = "ensemble"

MEMBERS = "members"
"""Subfolder with a folder for each member."""


@dataclass(frozen=True)
class Ensemble:
    """Several classifiers of the same classes; `weights` are their shares, which sum to 1.

    A mean of calibrated probabilities is not sure enough, so its logits are divided by a temperature of its own.
    """

    label_names: tuple[str, ...]
    members: tuple[TextClassifier, ...]
    weights: tuple[float, ...]
    temperature: float = 1.0
    task: Task = SINGLE_LABEL

    def logits(self, texts: Sequence[str], batch_size: int = TEXTS_AT_ONCE) -> NDArray[np.float64]:
        """Return the logits of each text, shape (n, classes). Probes of one encoder read the texts once.

        Args:
            texts: the texts; there may be none.
            batch_size: texts that are scored together by a member.
        """
        if not texts:
            return np.zeros((0, len(self.label_names)))
        with sharing_features():
            return np.concatenate([self._logits_of(part, batch_size) for part in parts_of(texts)])

    def _logits_of(self, texts: Sequence[str], batch_size: int) -> NDArray[np.float64]:
        parts = [member.logits(texts, batch_size) for member in self.members]
        return self.task.mean(parts, self.weights) / self.temperature


def save_ensemble(
    folder: Path,
    label_names: Sequence[str],
    members: Mapping[str, tuple[Path, float]],
    calibration: Calibration = UNCALIBRATED,
) -> None:
    """Write an ensemble to a folder, completely or not at all. It links to its members; a copy of it is complete.

    Args:
        folder: its folder, which is replaced.
        label_names: names of the classes, which are those of each member, in the same order.
        members: the folder of each model and its weight, by name. Weights sum to 1.
        calibration: that of the mean probabilities.

    Raises:
        CheckpointError: the disk rejects the write; the folder is unchanged.
    """
    facts = {
        "label_names": list(label_names),
        "members": list(members),
        "weights": [weight for _, weight in members.values()],
        "temperature": calibration.temperature,
    }
    with replacing(folder) as staging:
        write_facts(staging, KIND, facts)
        write_thresholds(staging, calibration.thresholds)
        (staging / MEMBERS).mkdir()
        for name, (model, _) in members.items():
            (staging / MEMBERS / name).symlink_to(model.resolve(strict=True))


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
        temperature = float(facts["temperature"])
    except (LookupError, TypeError, ValueError) as error:
        raise ClassifierError(
            f"the ensemble in {str(folder)!r} must have classes, members, weights and a temperature, but: {error}"
        ) from error
    members = tuple(load(folder / MEMBERS / Path(name).name) for name in names)
    for name, member in zip(names, members, strict=True):
        if member.label_names != label_names:
            raise ClassifierError(
                f"the member {name!r} of the ensemble in {str(folder)!r} must have the classes "
                f"{', '.join(label_names)}, not {', '.join(member.label_names)}"
            )
    task = task_of_model(label_names, read_thresholds(folder, len(label_names)))
    return Ensemble(label_names, members, weights, temperature, task)
