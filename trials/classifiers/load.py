"""Loading of a classifier of any kind from its folder."""

from collections.abc import Callable
from pathlib import Path

from trials.classifiers.ensemble import KIND as ENSEMBLE
from trials.classifiers.ensemble import load_ensemble
from trials.classifiers.subnet import KIND as SUBNET
from trials.classifiers.subnet import load_subnet
from trials.classifiers.transformer import TransformerClassifier
from trials.errors import ClassifierError
from trials.files import TextClassifier, read_kind
from trials.hardware import choose_device, choose_precision
from trials.linear import KIND as LINEAR
from trials.linear import load_linear
from trials.probe import KIND as PROBE
from trials.probe import load_probe
from trials.training import Compute

LOADERS: dict[str, Callable[[Path], TextClassifier]] = {
    LINEAR: load_linear,
    PROBE: lambda folder: load_probe(folder, _compute()),
    SUBNET: lambda folder: load_subnet(folder, _compute()),
    ENSEMBLE: lambda folder: load_ensemble(folder, load),
}
"""Loaders of the kinds of classifiers that transformers cannot load."""


def load(folder: Path) -> TextClassifier:
    """Load the classifier in `folder`, onto the GPU if there is one and the classifier can use it.

    Raises:
        ClassifierError: `folder` does not exist, or holds no classifier that can be read.
        PretrainedError: the encoder of a probe cannot be read.
    """
    kind = read_kind(folder)
    if kind is None:
        return TransformerClassifier(folder)
    if kind not in LOADERS:
        raise ClassifierError(
            f"the classifier in {str(folder)!r} must be of a kind that this version knows "
            f"({', '.join(LOADERS)}, or one of transformers), not {kind!r}"
        )
    return LOADERS[kind](folder)


def _compute() -> Compute:
    device = choose_device("auto")
    return Compute(device, choose_precision("auto", device))
