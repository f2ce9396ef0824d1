"""A probe: what is fitted, its files, and what is read from them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import safe_open
from transformers import PreTrainedModel

from search_spaces import PretrainedText, Probe
from trials.data import PLAIN, RowForm
from trials.data.encoding import Reading, unlabelled
from trials.files import ENCODER, TEXTS_AT_ONCE, read_parts, write_parts
from trials.hub import FROM_THE_HUB, PretrainedTokenizer, locate, read_tokenizer
from trials.probe.features import compared, encoder_features
from trials.probe.head import ProbeHead
from trials.probe.kept_features import kept_or, parts_of
from trials.probe.shared_encoder import shared_encoder
from trials.training import Compute

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
    """A probe that was read from its folder; `identity` is that of its encoder among those of this process."""

    label_names: tuple[str, ...]
    point: Probe
    head: ProbeHead
    encoder: PreTrainedModel
    identity: bytes
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
        return np.concatenate([self._logits_of(part) for part in parts_of(texts)])

    def _logits_of(self, texts: Sequence[str]) -> NDArray[np.float64]:
        columns = [self._features(part) for part in self.reading.parts(texts)]
        features = compared(np.concatenate(columns, axis=-1), self.point, len(columns))
        inputs = _with_columns(features, self.form.features(texts))
        logits: NDArray[np.float64] = self.head.logits(torch.from_numpy(inputs)).double().cpu().numpy()
        return logits

    def _features(self, texts: Sequence[str]) -> NDArray[np.float32]:
        split = unlabelled(self.tokenizer, texts, self.reading.of_a_part)
        rows, window = np.arange(len(texts)), self.reading.window

        def computed() -> NDArray[np.float32]:
            return encoder_features(self.encoder, split, rows, self.compute, window)

        return kept_or(computed, self.identity, split, f"{self.compute.dtype} {window}")


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
    encoder, identity = shared_encoder(locate(text.checkpoint), compute.device)
    tokenizer = read_tokenizer(folder / ENCODER)
    return ProbeClassifier(
        tuple(facts["label_names"]),
        point,
        ProbeHead.from_arrays(arrays),
        encoder,
        identity,
        tokenizer,
        compute,
        Reading.of_facts(facts),
        RowForm.of_facts((), facts.get("also", ())),
    )


def _with_columns(features: NDArray[np.float32], columns: NDArray[np.float32] | None) -> NDArray[np.float32]:
    """Return the features of the encoder, and after them those of the columns beside the text."""
    return features if columns is None else np.concatenate([features, columns], axis=1)


def _files(checkpoint: Path) -> list[Path]:
    return sorted({file for pattern in FROM_THE_HUB for file in checkpoint.glob(pattern)})


def _size(weights: Path) -> int:
    with safe_open(weights, framework="numpy") as file:
        return sum(math.prod(file.get_slice(name).get_shape()) for name in file.keys())  # noqa: SIM118
