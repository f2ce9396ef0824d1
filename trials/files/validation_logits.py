"""The logits of a trial's model on the validation rows, in a file beside the model.

Models of a study are combined by them without a forward pass. They are no part of the model that is handed over.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

VALIDATION_LOGITS = "validation.safetensors"

LOGITS_BYTES = 2**24
"""Maximum size of the logits, 16 MiB in fp32: 10 000 rows of 400 classes. Larger ones are not written."""

_NAME, _OF = "logits", "of"


def write_validation_logits(
    folder: Path, logits: NDArray[np.float64], weights: Path | None = None, tensor: str = ""
) -> bool:
    """Write the logits of all validation rows into `folder`, in fp32, and return whether they are few enough for that.

    Args:
        folder: an existing folder.
        logits: the logits, shape (n, classes).
        weights: the file of the weights, if it is not moved together with the logits. Then a kill between two moves
            may leave logits of other weights behind, which is noticed by the content of `tensor`.
        tensor: name of a tensor in that file which training changes.
    """
    if logits.size * np.dtype(np.float32).itemsize > LOGITS_BYTES:
        return False
    metadata = None if weights is None else {_OF: json.dumps([weights.name, tensor, _digest(weights, tensor)])}
    save_file({_NAME: np.ascontiguousarray(logits, dtype=np.float32)}, folder / VALIDATION_LOGITS, metadata)
    (folder / VALIDATION_LOGITS).chmod(folder.stat().st_mode & 0o666)
    return True


def read_validation_logits(folder: Path) -> NDArray[np.float64] | None:
    """Return the logits of a model, shape (n, classes); None if `folder` has none of its present weights."""
    try:
        with safe_open(folder / VALIDATION_LOGITS, framework="numpy") as file:
            of = (file.metadata() or {}).get(_OF)
            logits: NDArray[np.float64] = file.get_tensor(_NAME).astype(np.float64)
        if of is None:
            return logits
        weights, tensor, digest = json.loads(of)
        return logits if _digest(folder / weights, tensor) == digest else None
    except (OSError, SafetensorError, ValueError):
        return None


def trained_tensor(folder: Path) -> str | None:
    """Return the name of the weight of the last layer of a transformer; None if `folder` has no logits that name it."""
    try:
        with safe_open(folder / VALIDATION_LOGITS, framework="numpy") as file:
            _, tensor, _ = json.loads((file.metadata() or {})[_OF])
        return str(tensor)
    except (OSError, SafetensorError, ValueError, LookupError):
        return None


def _digest(weights: Path, tensor: str) -> str:
    with safe_open(weights, framework="numpy") as file:
        return hashlib.sha256(file.get_tensor(tensor).tobytes()).hexdigest()[:16]
