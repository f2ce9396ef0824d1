"""Fits probes: texts are read in stages, and a model is fitted to those that were read."""

import time
from collections.abc import Generator, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import PreTrainedModel

from search_spaces import Probe
from trials.data import EncodedDataset, Fold, Stage, all_labels, both_splits, stages_of
from trials.data.encoding import Reading
from trials.hub import locate
from trials.pretrained import load_encoder
from trials.probe.features import compared, encoder_features
from trials.probe.head import fit_head
from trials.probe.model import FittedProbe
from trials.probe.store import Portion, portion, store_of
from trials.training import Compute, balancing_weights

WORTH_SECONDS = 10.0
"""A model of a sample is fitted only if all other texts are expected to take longer than this."""


class ProbeFitter:
    """Fits the models of one point to texts whose features are computed once, or read from the cache.

    Args:
        point: the settings.
        data: the encoded data.
        cache: folder for features that trials share; None shares nothing.
        compute: where and how to compute.
        seed: seed of the classifier's first weights; only used with hidden units.
        formats: number formats whose features are taken, too, if those of `compute` are not cached but these are.

    Raises:
        PretrainedError: the checkpoint cannot be found.
    """

    def __init__(
        self,
        point: Probe,
        data: EncodedDataset,
        cache: Path | None,
        compute: Compute,
        seed: int = 0,
        formats: Sequence[torch.dtype] = (),
    ) -> None:
        self._point = point
        self._data = data
        self._compute = compute
        self._seed = seed
        self._stages = stages_of(data)
        self._rows = both_splits(data)
        self._columns = [self._rows] if data.second is None else [self._rows, both_splits(data.second)]
        self._checkpoint = locate(point.text.checkpoint)
        stores = [store_of(cache, data, self._checkpoint, str(dtype)) for dtype in (compute.dtype, *formats)]
        whole = [store for store in stores if all(store.has(self._portion(stage)) for stage in self._stages)]
        self._store = whole[0] if whole else stores[0]
        self._features = np.zeros((len(self._rows), 0), dtype=np.float32)
        self._read = 0
        self._pace: float | None = None
        self._shared_seconds = 0.0

    def next_stage(self) -> Generator[None, None, Stage | None]:
        """Read the texts of the next stage whose model is worth an evaluation, and return it.

        It is None where no stage is: the features of all other texts are there, or take little time. It yields
        regularly, because this may take long.

        Raises:
            PretrainedError: the checkpoint cannot be used.
        """
        while self._read < len(self._stages) - 1:
            stage, *later = self._stages[self._read :]
            missing = sum(len(other.added) for other in later if not self._store.has(self._portion(other)))
            if not missing:
                return None
            yield from self._read_next()
            pace = self._store.pace if self._pace is None else self._pace
            if stage.is_enough and (pace is None or pace * missing > WORTH_SECONDS):
                return stage
        return None

    @property
    def seconds_to_next(self) -> float | None:
        """Expected seconds until the texts of the next stage that is worth an evaluation are read; None if unknown."""
        pace = self._store.pace if self._pace is None else self._pace
        missing = 0
        for stage in self._stages[self._read :]:
            missing += 0 if self._store.has(self._portion(stage)) else len(stage.added)
            if stage.is_enough:
                break
        return None if pace is None else pace * missing

    def fit(self, fold: Fold) -> Generator[None, None, FittedProbe]:
        """Fit a model to the training rows of a fold, and return it with its logits of the held-out rows.

        Texts of all stages are read first, unless those of earlier ones are enough. It yields regularly.

        Args:
            fold: the rows.

        Raises:
            PretrainedError: the checkpoint cannot be used.
            Diverged: the loss of the classifier is no longer finite.
        """
        wanted = np.concatenate([fold.training, fold.held_out])
        while not self._has(wanted):
            yield from self._read_next()
        inputs, data, point = self._inputs(wanted), self._data, self._point
        train, others = torch.from_numpy(inputs[: len(fold.training)]), torch.from_numpy(inputs[len(fold.training) :])
        labels, classes = all_labels(data)[fold.training], len(data.label_names)
        weights = torch.from_numpy(balancing_weights(labels, classes)) if point.balanced else None
        head, loss = fit_head(
            train,
            torch.from_numpy(labels),
            classes=classes,
            hidden=point.hidden,
            penalty=point.penalty,
            weights=weights,
            seed=self._seed,
        )
        logits: NDArray[np.float64] = head.logits(others).double().cpu().numpy()
        shared, self._shared_seconds = self._shared_seconds, 0.0
        reading = data.reading or Reading(data.max_length)
        return FittedProbe(point, head, data.label_names, reading, loss, logits, shared, data.form)

    @cached_property
    def _encoder(self) -> PreTrainedModel:
        return load_encoder(self._checkpoint).to(self._compute.device)

    def _read_next(self) -> Generator[None, None, None]:
        """Read the next stage."""
        texts = self._portion(self._stages[self._read])
        if is_missing := not self._store.has(texts):
            _ = self._encoder  # loaded before the clock starts
        started = time.perf_counter()
        for chunk in self._store.get(texts, self._computed):
            if chunk is not None:
                self._keep(chunk[0], compared(chunk[1], self._point, len(self._columns)))
            yield
        self._read += 1
        took = time.perf_counter() - started
        self._shared_seconds += took
        if is_missing:
            self._pace = took / max(1, sum(map(len, texts.chunks)))
            self._store.note_pace(self._pace)

    def _computed(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        window = None if self._data.reading is None else self._data.reading.window
        found = [encoder_features(self._encoder, each, rows, self._compute, window) for each in self._columns]
        return found[0] if len(found) == 1 else np.concatenate(found, axis=-1)

    def _keep(self, rows: NDArray[np.int64], features: NDArray[np.float32]) -> None:
        if not self._features.size:
            self._features = np.zeros((len(self._rows), features.shape[1]), dtype=np.float32)
        self._features[rows] = features

    def _has(self, rows: NDArray[np.int64]) -> bool:
        """Return whether the texts of all `rows` were read."""
        if self._read == len(self._stages):
            return True
        read = [stage.added for stage in self._stages[: self._read]]
        return bool(np.isin(rows, np.concatenate(read)).all()) if read else False

    def _inputs(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the features of rows, and after them those of the columns beside the text."""
        columns, inputs = self._data.features, self._features[rows]
        return inputs if columns is None else np.concatenate([inputs, columns[rows]], axis=1)

    def _portion(self, stage: Stage) -> Portion:
        return portion(f"{stage.step:02}", self._rows.lengths, stage.added)
