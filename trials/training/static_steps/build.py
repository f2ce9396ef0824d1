"""Builds the static steps of a trainer."""

import torch
from transformers import PreTrainedModel

from search_spaces import Training
from trials.data import EncodedSplit
from trials.training.compute import Compute
from trials.training.optimization import build_row_losses
from trials.training.static_steps.buckets import longest_bucket
from trials.training.static_steps.device_split import DeviceSplit
from trials.training.static_steps.runner import StaticSteps
from trials.training.static_steps.step import StaticStep


def static_steps(
    model: PreTrainedModel,
    optimizer: torch.optim.Optimizer,
    training: Training,
    split: EncodedSplit,
    compute: Compute,
    clip: float,
) -> tuple[StaticStep, StaticSteps]:
    """Return the step of a trainer, and what runs it; memory that it holds is given up where batches do not fit.

    Args:
        model: the classifier, on the device.
        optimizer: its optimizer.
        training: batch size and loss.
        split: the training texts, which are copied to the device.
        compute: where and how to compute.
        clip: largest norm of all gradients together.
    """
    step = StaticStep(
        model,
        optimizer,
        build_row_losses(training, split.labels, model.config.num_labels, compute.device, split.targets),
        DeviceSplit(split, compute.device),
        rows=training.batch_size,
        clip=clip,
        dtype=compute.dtype,
    )
    longest = longest_bucket(int(split.lengths.max()), model.config)
    steps = StaticSteps(step, split.lengths, longest, graphs=compute.graphs)
    compute.parts.spare = steps.release
    return step, steps
