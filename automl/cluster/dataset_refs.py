"""The tokenized data in Ray's object store: encoded once for each tokenization, shared by workers without copies."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from automl.cluster.object_store import ObjectHandle
from search_spaces import AnyPoint, Linear, PretrainedText, Text
from trials.data import Split, TextDataset, TrialData
from trials.data.encoding import encode

NOTHING = Split((), np.empty(0, dtype=np.int64))


class DatasetRefs:
    """The data as texts, and in every tokenization that the search has used. The test split stays with the driver.

    Args:
        dataset: the data.
        max_length: tokens after which the study truncates a text.
        cache: folder in which the encoded data is cached.
        first: the data as a trial of `point` reads it, which is already encoded.
        point: the point of the first trial.
    """

    def __init__(self, dataset: TextDataset, max_length: int, cache: Path, first: TrialData, point: AnyPoint) -> None:
        self._max_length = max_length
        self._cache = cache
        self._this_node = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
        self._dataset = ray.put(replace(dataset, test=NOTHING))
        labelled = ray.put(replace(dataset, test=NOTHING, unlabeled=())) if dataset.unlabeled else self._dataset
        self._texts = ObjectHandle[TrialData](labelled)
        self._handles = (
            {} if isinstance(point, Linear) else {self._cut(point.text): ObjectHandle[TrialData](ray.put(first))}
        )

    def of(self, point: AnyPoint) -> ObjectHandle[TrialData]:
        """Return a handle to the data as a trial of `point` reads it; it starts the encoding without waiting for it."""
        if isinstance(point, Linear):
            return self._texts
        text = self._cut(point.text)
        if text not in self._handles:
            task = ray.remote(num_cpus=0, scheduling_strategy=self._this_node)(encode)
            reference = task.remote(self._dataset, text, self._max_length, self._cache)
            self._handles[text] = ObjectHandle(reference)
        return self._handles[text]

    def _cut(self, text: Text | PretrainedText) -> Text | PretrainedText:
        """Apply the length limit of the study, so that tokenizations with equal results are encoded once."""
        return replace(text, longest=min(text.longest, self._max_length))
