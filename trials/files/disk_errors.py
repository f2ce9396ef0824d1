"""Errors of a disk that may be full, read-only or gone."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from safetensors import SafetensorError
from safetensors.numpy import save_file

from trials.errors import CheckpointError

if TYPE_CHECKING:  # callers with tensors have imported torch; others must not wait for it
    import torch


@contextmanager
def refusals_of(folder: Path) -> Iterator[None]:
    """Turn every disk error in the block, which writes `folder`, into a `CheckpointError`.

    safetensors and tokenizers write in Rust, and hide the system's error in the text of one of their own.

    Raises:
        CheckpointError: the disk rejects a write.
    """
    try:
        yield
    except Exception as error:
        number = _error_number(error)
        if number is None and not isinstance(error, OSError | SafetensorError):
            raise
        reason = os.strerror(number) if number is not None else str(error)
        raise CheckpointError(
            f"the model or training state in {str(folder)!r} could not be written: {reason}. What was saved before is"
            " intact. Free space on that disk, or give this user write permission; then the trial can resume"
        ) from error


def write_tensors(path: Path, tensors: "Mapping[str, torch.Tensor]", metadata: dict[str, str]) -> None:
    """Write a safetensors file with the permissions of its folder; safetensors makes it readable for its owner only.

    It converts to NumPy, because the torch writer of safetensors leaks a class for each new size of a tensor. So bf16
    is not supported; weights are in fp32 anyway.

    Args:
        path: the file.
        tensors: tensors by name, on any device.
        metadata: header of the file.
    """
    arrays = {name: tensor.detach().cpu().contiguous().numpy() for name, tensor in tensors.items()}
    save_file(arrays, path, metadata=metadata)
    path.chmod(path.parent.stat().st_mode & 0o666)


def _error_number(error: Exception) -> int | None:
    if isinstance(error, OSError):
        return error.errno
    found = re.search(r"\(os error (\d+)\)|Os \{ code: (\d+)", str(error))  # how Rust shows and debugs an I/O error
    return int(found[1] or found[2]) if found else None
