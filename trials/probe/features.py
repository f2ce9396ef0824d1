"""Features of texts: the outputs of the highest layers of a frozen encoder, pooled in each way."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import PreTrainedModel

from search_spaces import HIGHEST, POOLINGS, Probe
from trials.data import EncodedSplit, chosen_rows
from trials.data.encoding import EVALUATION_TOKENS, Batch, collate, evaluation_rows
from trials.training import Compute


def encoder_features(
    encoder: PreTrainedModel,
    split: EncodedSplit,
    rows: NDArray[np.int64],
    compute: Compute,
    window: int | None = None,
) -> NDArray[np.float32]:
    """Return features of the texts `rows` of `split`, in that order: shape (rows, poolings, layers, width).

    The highest layer comes last. An encoder with fewer than `HIGHEST` layers gives all its layers.

    Args:
        encoder: the encoder.
        split: the texts.
        rows: row indices.
        compute: where and how to compute.
        window: tokens of a window, if longer texts are several, whose features are averaged; None: none is.
    """
    if window is not None:
        return _over_windows(encoder, chosen_rows(split, rows), compute, window)
    encoder.eval()
    tokens = EVALUATION_TOKENS.get(compute.device.type, EVALUATION_TOKENS["cpu"])
    batches = [rows[indices] for indices in evaluation_rows(split.lengths[rows], tokens)]
    with torch.inference_mode():
        parts = torch.cat([_features(encoder, collate(split, batch), compute) for batch in batches])
    positions = {int(row): position for position, row in enumerate(np.concatenate(batches))}
    features: NDArray[np.float32] = parts.cpu().numpy()[[positions[int(row)] for row in rows]]
    return features


def _over_windows(encoder: PreTrainedModel, split: EncodedSplit, compute: Compute, window: int) -> NDArray[np.float32]:
    counts = np.maximum(1, -(-split.lengths // window))
    text_of_window = np.repeat(np.arange(len(split)), counts)
    place = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    starts = split.offsets[text_of_window] + place * window
    windows = replace(split, offsets=np.append(starts, split.offsets[-1]), labels=np.zeros(len(starts), dtype=np.int64))
    features = encoder_features(encoder, windows, np.arange(len(windows)), compute)
    means: NDArray[np.float32] = np.zeros((len(split), *features.shape[1:]), dtype=np.float32)
    np.add.at(means, text_of_window, features)
    means /= counts[:, None, None, None]
    return means


def chosen(features: NDArray[np.float32], point: Probe) -> NDArray[np.float32]:
    """Return the features that `point` reads, side by side: shape (rows, layers * width)."""
    layers = min(point.layers, features.shape[2])
    pooled = features[:, POOLINGS.index(point.pooling), features.shape[2] - layers :]
    return np.ascontiguousarray(pooled.reshape(len(features), -1))


def compared(features: NDArray[np.float32], point: Probe, columns: int) -> NDArray[np.float32]:
    """Return what the head of `point` reads: of one column its features, shape (rows, layers * width).

    Of two columns with features u and v these are u, v, |u - v| and u * v, because a linear head on u and v alone could
    not tell whether both are alike. Conneau et al., "Supervised Learning of Universal Sentence Representations from
    Natural Language Inference Data", 2017.

    Args:
        features: those of each column along the last axis, shape (rows, poolings, layers, columns * width).
        point: the point.
        columns: 1 or 2.
    """
    if columns == 1:
        return chosen(features, point)
    first, second = (chosen(part, point) for part in np.split(features, columns, axis=-1))
    return np.concatenate([first, second, np.abs(first - second), first * second], axis=1)


def _features(encoder: PreTrainedModel, batch: Batch, compute: Compute) -> torch.Tensor:
    def pooled(parts: int) -> torch.Tensor:
        return torch.cat([_pooled(encoder, part, compute) for part in batch.split(parts)])

    return compute.parts.fit(len(batch), pooled)


def _pooled(encoder: PreTrainedModel, batch: Batch, compute: Compute) -> torch.Tensor:
    device = compute.device
    real = np.ones(batch.tokens.shape, dtype=bool) if batch.mask is None else batch.mask
    mask = torch.from_numpy(real).to(device)
    with torch.autocast(device.type, compute.dtype, enabled=compute.dtype is not torch.float32):
        outputs = encoder(
            input_ids=torch.from_numpy(batch.tokens).to(device), attention_mask=mask, output_hidden_states=True
        )
    return pooled_layers(outputs.hidden_states[1:], mask)


def pooled_layers(layers: Sequence[torch.Tensor], mask: torch.Tensor) -> torch.Tensor:
    """Return the outputs of the highest of `layers`, pooled in each way: shape (b, poolings, layers, width).

    Args:
        layers: outputs of the encoder's layers, each (b, tokens, width).
        mask: True where a text has a token, shape (b, tokens).
    """
    return torch.stack([_means(layers, mask), _firsts(layers)], dim=1)


def _means(layers: Sequence[torch.Tensor], mask: torch.Tensor) -> torch.Tensor:
    """Return the mean over each text's tokens, shape (b, layers, width)."""
    weights = (mask / mask.sum(dim=1, keepdim=True)).unsqueeze(1)
    return torch.cat([weights @ layer.float() for layer in layers[-HIGHEST:]], dim=1)


def _firsts(layers: Sequence[torch.Tensor]) -> torch.Tensor:
    return torch.stack([layer[:, 0].float() for layer in layers[-HIGHEST:]], dim=1)
