"""The tokenized data in Ray's object store: encoded once for each way to do so, read by all workers without a copy."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import ray

from search_spaces import PretrainedText, Text
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
    """The data in every tokenization that the search has met. The test split stays with the driver."""

    def __init__(
        self, dataset: TextDataset, max_length: int, cache: Path, first: EncodedDataset, text: Text | PretrainedText
    ) -> None:
        """`first` is the data encoded as `text` says."""
        self._max_length = max_length
        self._cache = cache
        self._dataset = ray.put(replace(dataset, test=NOTHING))
        self._handles = {self._cut(text): Handle(ray.put(first))}

    def of(self, text: Text | PretrainedText) -> Handle:
        """A handle to the data that is tokenized so, without waiting for it."""
        text = self._cut(text)
        if text not in self._handles:
            task = ray.remote(num_cpus=0)(encode)
            reference = task.remote(self._dataset, text, self._max_length, self._cache)
            self._handles[text] = Handle(reference)
        return self._handles[text]

    def _cut(self, text: Text | PretrainedText) -> Text | PretrainedText:
        """No text is longer than the study lets it be: what comes to the same is made once."""
        if isinstance(text, PretrainedText):
            return replace(text, longest=min(text.longest, self._max_length))
        return text
