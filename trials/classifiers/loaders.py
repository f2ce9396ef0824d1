"""Loading of a classifier of any kind from its folder. Only what that kind needs is imported."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from trials.errors import ClassifierError
from trials.files import TextClassifier, read_kind

if TYPE_CHECKING:
    from trials.training import Compute


def _linear(folder: Path, precision: str) -> TextClassifier:
    from trials.linear import load_linear  # noqa: PLC0415

    return load_linear(folder)


def _probe(folder: Path, precision: str) -> TextClassifier:
    from trials.probe import load_probe  # noqa: PLC0415

    return load_probe(folder, _compute(precision))


def _subnet(folder: Path, precision: str) -> TextClassifier:
    from trials.classifiers.subnet import load_subnet  # noqa: PLC0415

    return load_subnet(folder, _compute(precision))


def _onnx(folder: Path, precision: str) -> TextClassifier:
    from trials.classifiers.onnx_classifier import load_onnx  # noqa: PLC0415

    return load_onnx(folder)


def _ensemble(folder: Path, precision: str) -> TextClassifier:
    from trials.classifiers.ensemble import load_ensemble  # noqa: PLC0415

    return load_ensemble(folder, partial(load, precision=precision))


LOADERS: dict[str, Callable[[Path, str], TextClassifier]] = {
    "linear": _linear,
    "onnx": _onnx,
    "probe": _probe,
    "subnet": _subnet,
    "ensemble": _ensemble,
}
"""Loaders of the kinds of classifiers that transformers cannot load."""


def load(folder: Path, precision: str = "auto") -> TextClassifier:
    """Load the classifier in `folder`, onto the GPU if there is one and the classifier can use it.

    Args:
        folder: a model folder.
        precision: format of large products of probes and parts of encoders, as in `choose_precision`; other kinds
            compute in fp32.

    Raises:
        ClassifierError: `folder` does not exist, or holds no classifier that can be read.
        PretrainedError: the encoder of a probe cannot be read.
    """
    kind = read_kind(folder)
    if kind is None:
        from trials.classifiers.transformer import TransformerClassifier  # noqa: PLC0415

        return TransformerClassifier(folder)
    if kind not in LOADERS:
        raise ClassifierError(
            f"the classifier in {str(folder)!r} must be of a kind that this version knows "
            f"({', '.join(LOADERS)}, or one of transformers), not {kind!r}"
        )
    return LOADERS[kind](folder, precision)


def _compute(precision: str) -> "Compute":
    from trials.hardware import choose_device, choose_precision  # noqa: PLC0415
    from trials.training import Compute  # noqa: PLC0415

    device = choose_device("auto")
    return Compute(device, choose_precision(precision, device))
