"""Fits many linear models and probes to re-splits of a corpus, and keeps their outputs on the rows they did not see."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from search_spaces import AnyPoint, Choice, Dimension, FloatRange, Linear, Probe, Suggest, Value
from search_spaces.spaces.linear import linear
from search_spaces.spaces.probe import probe
from trials.data import DataOptions, Split, load_dataset, split_off
from trials.data.encoding import Reading, unlabelled
from trials.hub import locate, read_tokenizer
from trials.linear import fit_linear
from trials.pretrained import load_encoder
from trials.probe.features import chosen, encoder_features
from trials.probe.head import fit_head
from trials.training import Compute

HELD_OUT = 0.3
"""Share of the rows that no model is fitted to; a simulated search draws validation and test rows from them."""

NEAR = 0.5
"""Chance with which a parameter of every second point keeps its default: samplers draw near good points, too."""

KEPT = ("training.balance", "classifier.hidden")
"""Parameters that keep their default: classes are of similar size here, and hidden units take minutes to fit."""

EACH = 16
"""Points of each algorithm beside its default."""


@dataclass(frozen=True)
class Pool:
    """Outputs of models on the rows that they were not fitted to.

    Attributes:
        rows: these rows, as indices into all rows of the corpus, shape (rows,).
        labels: their class ids, shape (rows,).
        logits: shape (models, rows, classes); the models 0 and 1 are the defaults of `linear` and `probe`.
    """

    rows: NDArray[np.int64]
    labels: NDArray[np.int64]
    logits: NDArray[np.float32]

    def save(self, file: Path) -> None:
        """Write the pool to `file`."""
        np.savez_compressed(file, rows=self.rows, labels=self.labels, logits=self.logits)

    @classmethod
    def load(cls, file: Path) -> "Pool":
        """Read what `save` wrote."""
        with np.load(file) as arrays:
            return cls(arrays["rows"], arrays["labels"], arrays["logits"])


class _Drawn(Suggest):
    """Draws each value, or keeps the default with the chance `near`."""

    def __init__(self, generator: np.random.Generator, near: float) -> None:
        self._generator = generator
        self._near = near

    def value(self, name: str, dimension: Dimension) -> Value:
        if name in KEPT or self._generator.random() < self._near:
            return dimension.default
        match dimension:
            case FloatRange(low, high, _, log):
                ends = np.log([low, high]) if log else np.array([low, high])
                drawn = self._generator.uniform(*ends)
                return float(np.exp(drawn) if log else drawn)
            case Choice(options):
                return options[int(self._generator.integers(len(options)))]
        raise TypeError(f"no rule draws a value of {name!r} from {dimension!r}")


def points(each: int = EACH) -> list[AnyPoint]:
    """Return the two defaults, then `each` points of both algorithms."""
    generator = np.random.default_rng(0)
    drawn = [space(_Drawn(generator, NEAR * (number % 2))) for number in range(each) for space in (linear, probe)]
    return [linear(_Drawn(generator, 1.0)), probe(_Drawn(generator, 1.0)), *drawn]


def pools(corpus: str, splits: range, folder: Path) -> Iterator[Pool]:
    """Yield one pool for each re-split of a corpus; all pools have the same models.

    Args:
        corpus: name of an installed corpus.
        splits: seeds of the re-splits.
        folder: keeps the encoder's features of all texts.
    """
    rows, label_names, features = corpus_of(corpus, folder)
    for seed in splits:
        kept, off = split_off(rows.labels, HELD_OUT, seed)
        outputs = [fitted(point, rows, kept, off, label_names, features) for point in points()]
        yield Pool(off, rows.labels[off], np.stack(outputs).astype(np.float32))


def corpus_of(corpus: str, folder: Path) -> tuple[Split, tuple[str, ...], NDArray[np.float32]]:
    """Return all rows of a corpus, its label names, and the features of all texts, as `encoder_features` has them.

    Args:
        corpus: name of an installed corpus.
        folder: keeps the features.
    """
    loaded = load_dataset(DataOptions(corpus)).dataset
    parts = (loaded.train, loaded.validation, loaded.test)
    rows = Split(tuple(text for part in parts for text in part.texts), np.concatenate([part.labels for part in parts]))
    file = folder / f"features-{corpus}.npy"
    if not file.exists():
        np.save(file, _features(rows))
    return rows, loaded.label_names, np.load(file)


def _features(rows: Split) -> NDArray[np.float32]:
    """Return the features of all texts, shape (rows, poolings, layers, width)."""
    point = probe(_Drawn(np.random.default_rng(0), 1.0))
    folder = locate(point.text.checkpoint)
    split = unlabelled(read_tokenizer(folder), rows.texts, Reading(point.text.longest))
    compute = Compute(torch.device("cpu"), torch.float32)
    return encoder_features(load_encoder(folder), split, np.arange(len(rows)), compute)


def fitted(
    point: AnyPoint,
    rows: Split,
    kept: NDArray[np.int64],
    off: NDArray[np.int64],
    label_names: tuple[str, ...],
    features: NDArray[np.float32],
) -> NDArray[np.float64]:
    """Return the logits of the rows `off`, shape (rows, classes), by a model that is fitted to the rows `kept`.

    Args:
        point: the parameters of the model.
        rows: all rows of the corpus.
        kept: indices of the rows that it is fitted to.
        off: indices of the rows that it scores.
        label_names: names of the classes.
        features: those of all texts.
    """
    if isinstance(point, Linear):
        train = Split(tuple(rows.texts[row] for row in kept), rows.labels[kept])
        classifier = fit_linear(point, train, label_names)
        return classifier.logits([rows.texts[row] for row in off])
    assert isinstance(point, Probe)
    train, others = (torch.from_numpy(chosen(features[part], point)) for part in (kept, off))
    labels = torch.from_numpy(rows.labels[kept])
    head, _ = fit_head(train, labels, classes=len(label_names), hidden=point.hidden, penalty=point.penalty)
    logits: NDArray[np.float64] = head.logits(others).double().numpy()
    return logits
