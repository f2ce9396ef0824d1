"""One file with tensors and facts, complete or absent, and only for the trial that wrote it."""

import json
import shutil
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open

from trials.files.disk_errors import refusals_of, write_tensors

FORMAT = "2"
"""Version of the file; raise it when the content changes, so that files of older versions are ignored."""

FILE, STAGING = "state.safetensors", ".new"


def write_state(folder: Path, identity: str, tensors: Mapping[str, torch.Tensor], facts: Mapping[str, Any]) -> None:
    """Replace the state in a folder, in one atomic move.

    Args:
        folder: the folder, which is made if it is missing.
        identity: identity of the trial.
        tensors: tensors by name, on any device.
        facts: plain JSON, which is stored in the header of the file.

    Raises:
        CheckpointError: the disk rejects the write; the folder is unchanged.
    """
    on_cpu = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    text = json.dumps(facts)
    checksum, layout = str(_checksum(text, on_cpu)), _layout(on_cpu)
    header = {"format": FORMAT, "identity": identity, "facts": text, "checksum": checksum, "layout": layout}
    staging = folder / STAGING
    with refusals_of(folder):
        try:
            staging.mkdir(parents=True, exist_ok=True)
            write_tensors(staging / FILE, on_cpu, header)
            (staging / FILE).replace(folder / FILE)
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def read_state(folder: Path, identity: str) -> tuple[dict[str, torch.Tensor], dict[str, Any]] | None:
    """Return the tensors, on the CPU, and the facts of a state; None if it is missing, damaged or another trial's.

    Args:
        folder: the folder.
        identity: identity of the trial.
    """
    shutil.rmtree(folder / STAGING, ignore_errors=True)
    try:
        with safe_open(folder / FILE, framework="pt") as file:
            header = file.metadata() or {}
            if (header.get("format"), header.get("identity")) != (FORMAT, identity):
                return None
            # Clones, because the file is mapped, and its alignment could change the last digits of a sum.
            tensors = {name: file.get_tensor(name).clone() for name in file.keys()}  # noqa: SIM118
        if str(_checksum(header["facts"], tensors)) != header["checksum"]:
            return None
        if header.get("layout", _layout(tensors)) != _layout(tensors):  # older versions did not write it
            return None
        return tensors, json.loads(header["facts"])
    except (OSError, SafetensorError, LookupError, ValueError):
        return None


def _layout(tensors: Mapping[str, torch.Tensor]) -> str:
    """Return the shapes and number formats, in which a damaged header may differ while the bytes are whole."""
    return str({name: (str(tensors[name].dtype), tuple(tensors[name].shape)) for name in sorted(tensors)})


def _checksum(facts: str, tensors: Mapping[str, torch.Tensor]) -> int:
    """Return the CRC-32 of all content; a crash of the machine can leave gaps in a file of the right length."""
    checksum = zlib.crc32(facts.encode())
    for name in sorted(tensors):
        checksum = zlib.crc32(name.encode(), checksum)
        checksum = zlib.crc32(tensors[name].reshape(-1).view(torch.uint8).numpy().data, checksum)
    return checksum
