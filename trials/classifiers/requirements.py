"""The packages that a classifier needs to be loaded, beside the packages `trials` and `search_spaces`."""

from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from trials.classifiers.ensemble import KIND, MEMBERS
from trials.files import read_kind

_ARRAYS = ("numpy", "safetensors")
_ENCODER = (*_ARRAYS, "filelock", "psutil", "tokenizers", "torch", "transformers")

REQUIREMENTS: dict[str, tuple[str, ...]] = {
    KIND: _ARRAYS,
    "linear": (*_ARRAYS, "scikit-learn"),
    "transformers": (*_ARRAYS, "tokenizers", "torch", "transformers"),
    "onnx": (*_ARRAYS, "onnxruntime", "tokenizers"),
}
"""Distributions by the kind of the classifier. A kind that is not listed runs an encoder by `trials.training`."""


def requirements_of(folder: Path) -> tuple[str, ...]:
    """Return the packages that load the classifier in `folder`, each with the version that is installed here.

    Members of an ensemble count, too. A local part of a version, such as `+cpu`, is left out, because package
    indexes do not have it.

    Args:
        folder: the folder of a classifier of any kind.
    """
    return pinned({name for kind in _kinds(folder) for name in REQUIREMENTS.get(kind, _ENCODER)})


def pinned(names: Iterable[str]) -> tuple[str, ...]:
    """Return distributions with the versions that are installed here, sorted; see `requirements_of`.

    Args:
        names: names of distributions; one that is not installed has no version.
    """
    return tuple(_pinned(name) for name in sorted(names))


def _kinds(folder: Path) -> Iterator[str]:
    yield read_kind(folder) or "transformers"
    for member in folder.glob(f"{MEMBERS}/*"):
        yield from _kinds(member)


def _pinned(name: str) -> str:
    try:
        return f"{name}=={version(name).partition('+')[0]}"
    except PackageNotFoundError:
        return name
