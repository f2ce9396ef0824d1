"""The tokenized data in Ray's object store: encoded once a vocabulary size, read by all workers without a copy."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import ray

from trials.data.dataset import EncodedDataset, Split, TextDataset
from trials.data.tokenization import encode

NOTHING = Split((), np.empty(0, dtype=np.int64))


class Handle:
    """A reference to an encoded data set that may still be in the making.

    Tune copies a trial's config deeply, which an `ObjectRef` does not bear, so it travels in here.
    """

    def __init__(self, reference: Any) -> None:
        self._reference = reference

    def __deepcopy__(self, _memo: dict[int, Any]) -> "Handle":
        return self

    def __repr__(self) -> str:
        return "encoded data"

    @property
    def key(self) -> str:
        """Tells one data set from another."""
        return str(self._reference.hex())

    def get(self) -> EncodedDataset:
        """The data; waits while it is in the making. Its arrays are read-only and shared."""
        data: EncodedDataset = ray.get(self._reference)
        return data


class Encodings:
    """The data in every vocabulary size that the search has met. The test split stays with the driver."""

    def __init__(self, dataset: TextDataset, max_length: int, cache: Path, first: EncodedDataset, size: int) -> None:
        self._max_length = max_length
        self._cache = cache
        self._dataset = ray.put(replace(dataset, test=NOTHING))
        self._handles = {size: Handle(ray.put(first))}

    def of(self, vocabulary_size: int) -> Handle:
        """A handle to the data in this vocabulary, without waiting for it."""
        if vocabulary_size not in self._handles:
            task = ray.remote(num_cpus=0)(encode)
            reference = task.remote(self._dataset, vocabulary_size, self._max_length, self._cache)
            self._handles[vocabulary_size] = Handle(reference)
        return self._handles[vocabulary_size]
