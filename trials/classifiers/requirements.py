"""The packages that a classifier needs to be loaded, beside the packages `trials` and `search_spaces`."""

import json
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from trials.files import FACTS

_ARRAYS = ("numpy", "safetensors")
_ENCODER = (*_ARRAYS, "filelock", "psutil", "tokenizers", "torch", "transformers")

REQUIREMENTS: dict[str, tuple[str, ...]] = {
    "linear": (*_ARRAYS, "scikit-learn"),
    "transformers": (*_ARRAYS, "tokenizers", "torch", "transformers"),
    "onnx": (*_ARRAYS, "onnxruntime", "tokenizers"),
}
"""Distributions by the kind of the classifier. A kind that is not listed runs an encoder by `trials.training`."""


def requirements_of(folder: Path) -> tuple[str, ...]:
    """Return the packages that load the classifier in `folder`, each with the version that is installed here.

    Classifiers inside of the folder count, too. A local part of a version, such as `+cpu`, is left out, because package
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
    described = [*folder.rglob(FACTS)]
    for file in described:
        yield str(json.loads(file.read_text(encoding="utf-8")).get("kind"))
    if not described:
        yield "transformers"


def _pinned(name: str) -> str:
    try:
        return f"{name}=={version(name).partition('+')[0]}"
    except PackageNotFoundError:
        return name
