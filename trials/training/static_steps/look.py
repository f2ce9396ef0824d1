"""An evaluation whose batches are put together on the device."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import PreTrainedModel

from trials.data import EncodedSplit
from trials.models.cpu import logits_of
from trials.training.compute import Compute
from trials.training.static_steps.buckets import bucket_of, longest_bucket
from trials.training.static_steps.device_split import DeviceSplit


def look_from_device(
    model: PreTrainedModel, split: EncodedSplit, batches: Sequence[NDArray[np.int64]], compute: Compute
) -> torch.Tensor:
    """Return the logits of some batches, one below the other, on the device, without waiting for it in between.

    Args:
        model: the classifier, in evaluation mode.
        split: the texts.
        batches: row indices of the texts of each batch.
        compute: where and how to compute; a batch for which memory is short is computed in parts.
    """
    texts, lengths = DeviceSplit(split, compute.device), split.lengths
    most = longest_bucket(int(lengths.max()), model.config)
    order = torch.from_numpy(np.concatenate(batches)).to(compute.device)
    found, start = [], 0
    for rows in batches:
        places = order[start : start + len(rows)]
        start += len(rows)
        look = partial(_looked, model, texts, places, bucket_of(int(lengths[rows].max()), most), compute.dtype)
        found.append(compute.parts.fit(len(rows), look))
    return torch.cat(found)


def _looked(
    model: PreTrainedModel, texts: DeviceSplit, rows: torch.Tensor, length: int, dtype: torch.dtype, parts: int
) -> torch.Tensor:
    size = -(-len(rows) // parts)
    some = (rows[start : start + size] for start in range(0, len(rows), size))
    return torch.cat([logits_of(model, *texts.batch(part, length), dtype) for part in some])
