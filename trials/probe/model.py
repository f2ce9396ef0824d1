"""A probe: training, writing and reading."""

import math
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import safe_open
from transformers import PreTrainedModel

from search_spaces import PretrainedText, Probe
from trials.data import PLAIN, EncodedDataset, Fold, RowForm, all_labels, both_splits
from trials.data.encoding import Reading, unlabelled
from trials.files import ENCODER, TEXTS_AT_ONCE, read_parts, write_parts
from trials.hub import FROM_THE_HUB, PretrainedTokenizer, locate, read_tokenizer
from trials.pretrained import load_encoder
from trials.probe.features import chosen, compared, encoder_features
from trials.probe.head import ProbeHead, fit_head
from trials.probe.store import store_of
from trials.training import Compute, balancing_weights

KIND = "probe"


@dataclass(frozen=True)
class FittedProbe:
    """A fitted head. Its `logits` are those of the texts that it was not fitted to, shape (n, classes).

    `shared_seconds` is the part of its time that went into features, which other trials read from the cache.
    """

    point: Probe
    head: ProbeHead
    label_names: tuple[str, ...]
    reading: Reading
    train_loss: float
    logits: NDArray[np.float64]
    shared_seconds: float
    form: RowForm = PLAIN

    @property
    def parameters(self) -> int:
        """Number of parameters, including the encoder's."""
        weights = (file for file in _files(locate(self.point.text.checkpoint)) if file.suffix == ".safetensors")
        return self.head.parameters + sum(_size(file) for file in weights)

    def tempered(self, temperature: float) -> Self:
        """Return the probe whose logits are those of this one, divided by `temperature`."""
        return replace(self, head=self.head.tempered(temperature), logits=self.logits / temperature)

    def write(self, folder: Path) -> None:
        """Write the head into `folder` and link to the encoder's files, so that a copy of the folder is complete."""
        point = self.point
        facts = {
            "label_names": self.label_names,
            "pooling": point.pooling,
            "layers": point.layers,
            **self.reading.facts(),
        }
        if self.form.also:
            facts["also"] = self.form.facts()
        write_parts(folder, KIND, facts, self.head.arrays())
        (folder / ENCODER).mkdir()
        for file in _files(locate(point.text.checkpoint)):
            (folder / ENCODER / file.name).symlink_to(file.resolve())


@dataclass(frozen=True)
class ProbeClassifier:
    """A probe that was read from its folder."""

    label_names: tuple[str, ...]
    point: Probe
    head: ProbeHead
    encoder: PreTrainedModel
    tokenizer: PretrainedTokenizer
    compute: Compute
    reading: Reading
    form: RowForm = PLAIN

    def logits(self, texts: Sequence[str], batch_size: int = TEXTS_AT_ONCE) -> NDArray[np.float64]:
        """Return the logits of each text, shape (n, classes).

        Args:
            texts: the texts; long ones are truncated.
            batch_size: ignored; batches hold a fixed number of tokens.
        """
        if not texts:
            return np.zeros((0, len(self.label_names)))
        first, *second = map(self._features, self.reading.parts(texts))
        inputs = _with_columns(compared(first, *second), self.form.features(texts))
        return _float64(self.head.logits(torch.from_numpy(inputs)))

    def _features(self, texts: Sequence[str]) -> NDArray[np.float32]:
        split = unlabelled(self.tokenizer, texts, self.reading.of_a_part)
        features = encoder_features(self.encoder, split, np.arange(len(texts)), self.compute, self.reading.window)
        return chosen(features, self.point)


def fit_probe(
    point: Probe,
    data: EncodedDataset,
    cache: Path | None,
    compute: Compute,
    seed: int,
    fold: Fold,
    formats: Sequence[torch.dtype] = (),
) -> Generator[None, None, FittedProbe]:
    """Compute the features that are not cached, and fit the classifier to the training rows of a fold.

    Features are computed for all rows, whatever the fold. It yields regularly, because this may take long.

    Args:
        point: the settings.
        data: the encoded data.
        cache: folder for features that trials share; None shares nothing.
        compute: where and how to compute.
        seed: seed of the classifier's first weights; only used with hidden units.
        fold: the rows.
        formats: number formats whose features are taken, too, if those of `compute` are not cached but these are.

    Raises:
        PretrainedError: the checkpoint cannot be used.
        Diverged: the loss of the classifier is no longer finite.
    """
    started = time.perf_counter()
    features = yield from _features(point, data, cache, compute, formats)
    if data.second is not None:
        features = compared(features, (yield from _features(point, data.second, cache, compute, formats)))
    features = _with_columns(features, data.features)
    shared = time.perf_counter() - started
    train, others = (torch.from_numpy(features[rows]) for rows in (fold.training, fold.held_out))
    labels = all_labels(data)[fold.training]
    classes = len(data.label_names)
    weights = torch.from_numpy(balancing_weights(labels, classes)) if point.balanced else None
    head, loss = fit_head(
        train,
        torch.from_numpy(labels),
        classes=classes,
        hidden=point.hidden,
        penalty=point.penalty,
        weights=weights,
        seed=seed,
    )
    logits = _float64(head.logits(others))
    reading = data.reading or Reading(data.max_length)
    return FittedProbe(point, head, data.label_names, reading, loss, logits, shared, data.form)


def load_probe(folder: Path, compute: Compute) -> ProbeClassifier:
    """Load the probe in a folder.

    Args:
        folder: the folder.
        compute: where and how to compute.

    Raises:
        ClassifierError: the probe cannot be read.
        PretrainedError: its encoder cannot be read.
    """
    facts, arrays = read_parts(folder)
    text = PretrainedText(str(folder / ENCODER), facts["longest"])
    point = Probe(text, facts["pooling"], facts["layers"], hidden=0, penalty=1.0)
    encoder = load_encoder(locate(text.checkpoint)).to(compute.device)
    tokenizer = read_tokenizer(folder / ENCODER)
    return ProbeClassifier(
        tuple(facts["label_names"]),
        point,
        ProbeHead.from_arrays(arrays),
        encoder,
        tokenizer,
        compute,
        Reading.of_facts(facts),
        RowForm.of_facts((), facts.get("also", ())),
    )


def _features(
    point: Probe, data: EncodedDataset, cache: Path | None, compute: Compute, formats: Sequence[torch.dtype]
) -> Generator[None, None, NDArray[np.float32]]:
    """Return the features that `point` reads, of training and validation texts.

    The encoder is loaded only if some are missing.
    """
    folder, both = locate(point.text.checkpoint), both_splits(data)
    window = None if data.reading is None else data.reading.window

    @lru_cache
    def encoder() -> PreTrainedModel:
        return load_encoder(folder).to(compute.device)

    own, *others = (store_of(cache, data, folder, str(dtype)) for dtype in (compute.dtype, *formats))
    store = own if own.has_all(both) else next((other for other in others if other.has_all(both)), own)
    computed = store.get(both, lambda rows: encoder_features(encoder(), both, rows, compute, window))
    parts = []
    for chunk in computed:
        if chunk is not None:
            parts.append((chunk[0], chosen(chunk[1], point)))
        yield
    order = np.argsort(np.concatenate([rows for rows, _ in parts]))
    ordered: NDArray[np.float32] = np.concatenate([features for _, features in parts])[order]
    return ordered


def _with_columns(features: NDArray[np.float32], columns: NDArray[np.float32] | None) -> NDArray[np.float32]:
    """Return the features of the encoder, and after them those of the columns beside the text."""
    return features if columns is None else np.concatenate([features, columns], axis=1)


def _files(checkpoint: Path) -> list[Path]:
    return sorted({file for pattern in FROM_THE_HUB for file in checkpoint.glob(pattern)})


def _size(weights: Path) -> int:
    with safe_open(weights, framework="numpy") as file:
        return sum(math.prod(file.get_slice(name).get_shape()) for name in file.keys())  # noqa: SIM118


def _float64(logits: torch.Tensor) -> NDArray[np.float64]:
    converted: NDArray[np.float64] = logits.double().cpu().numpy()
    return converted
