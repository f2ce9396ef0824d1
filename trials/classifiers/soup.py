"""A model whose weights are the mean of those of several finetunings of one checkpoint: a soup.

Wortsman et al., "Model soups: averaging weights of multiple fine-tuned models improves accuracy without increasing
inference time", 2022.
"""

import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from trials.errors import ClassifierError
from trials.files import (
    ARRAYS,
    VALIDATION_LOGITS,
    replacing,
    trained_tensor,
    write_thresholds,
)
from trials.hub import WEIGHTS
from trials.tasks import UNCALIBRATED, Calibration


def save_soup(folder: Path, members: Sequence[Path], calibration: Calibration = UNCALIBRATED) -> None:
    """Write the mean of some models to a folder, completely or not at all. All but the weights is that of the first.

    Weights are read tensor by tensor, so that one model at a time is in memory.

    Args:
        folder: its folder, which is replaced.
        members: the folders of at least one model of the same kind, sizes and classes, with their validation logits.
        calibration: that of the mean; its temperature is folded into the last layer.

    Raises:
        CheckpointError: the disk rejects the write; the folder is unchanged.
        ClassifierError: the members have other files or tensors, or a last layer that is unknown.
    """
    first, name = members[0], weights_file(members[0])
    head = trained_tensor(first)
    if head is None:
        raise ClassifierError(f"the model in {str(first)!r} must have a last layer that is known")
    with replacing(folder) as staging:
        left_out = shutil.ignore_patterns(name, VALIDATION_LOGITS)
        shutil.copytree(first, staging, ignore=left_out, dirs_exist_ok=True)
        tensors = _mean([member / name for member in members])
        for tensor in {head, f"{head.removesuffix('weight')}bias"} & tensors.keys():
            tensors[tensor] = tensors[tensor] / np.float32(calibration.temperature)
        save_file(tensors, staging / name, {"format": "pt"})
        (staging / name).chmod(staging.stat().st_mode & 0o666)
        if calibration.thresholds:
            write_thresholds(staging, calibration.thresholds)


def weights_file(folder: Path) -> str:
    """Return the name of the file with the weights of a model.

    Raises:
        ClassifierError: there is none.
    """
    for name in (WEIGHTS, ARRAYS):
        if (folder / name).is_file():
            return name
    raise ClassifierError(f"the folder {str(folder)!r} must hold the weights of a transformer")


def _mean(files: Sequence[Path]) -> dict[str, NDArray[np.float32]]:
    """Return the mean of each tensor.

    Raises:
        ClassifierError: a file cannot be read, or its tensors differ from those of the first one in name or shape.
    """
    try:
        with ExitStack() as stack:
            opened = [stack.enter_context(safe_open(file, framework="numpy")) for file in files]
            names = set(opened[0].keys())
            if any(set(file.keys()) != names for file in opened):
                raise ClassifierError(f"the models in {_places(files)} must have tensors of the same names")
            return {name: _mean_of([file.get_tensor(name) for file in opened]) for name in sorted(names)}
    except (OSError, SafetensorError, ValueError) as error:  # NumPy refuses to add shapes that differ
        raise ClassifierError(f"the weights in {_places(files)} cannot be averaged: {error}") from error


def _mean_of(tensors: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    if any(tensor.shape != tensors[0].shape for tensor in tensors):
        raise ValueError(f"the shapes {', '.join(str(tensor.shape) for tensor in tensors)} differ")
    if not np.issubdtype(tensors[0].dtype, np.floating):
        return tensors[0]
    total = tensors[0].astype(np.float32)
    for tensor in tensors[1:]:
        total += tensor
    mean: NDArray[np.float32] = total / np.float32(len(tensors))
    return mean


def _places(files: Sequence[Path]) -> str:
    return ", ".join(repr(str(file.parent)) for file in files)
