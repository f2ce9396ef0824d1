"""Estimates of a trial's memory before it is built. They need no torch, so that a driver can use them, too."""

import math
from dataclasses import dataclass, replace

from search_spaces import Point, Pretrained, Pretraining, Probe
from trials.data.encoding import EVALUATION_TOKENS
from trials.hardware.encoder_sizes import Encoder, encoder_of, pretrained_encoder

FLOAT = 4
"""Bytes of a weight, and of an activation in fp32."""

NARROW_ACTIVATIONS = {True: 0.63, False: 0.8}
"""Share of the activations' bytes in bf16, with fused attention and without: inputs of products take half the bytes,
but sums, norms and the softmax of attention stay in fp32. Measured on an H200.
"""

NARROW_EVALUATION = 0.75
"""Share of an evaluation's bytes in bf16."""

WORKSPACE_BYTES = 64 * 2**20
"""Temporary memory of products on a GPU: cuBLAS keeps 32 MiB for each of the two streams of a trial."""

HIDDEN_PER_LAYER = 4.5
"""Activations that a layer keeps for its backward pass, in hidden vectors per token: its input, both normalised sums,
the input of the feed-forward part, and two dropout masks of one byte per feature.
"""

HEADS_PER_LAYER = 4.0
"""Activations of its attention, in vectors of all heads per token: queries, keys, values, and the mixed values."""

UNITS_PER_LAYER = {False: 2.0, True: 4.0}
"""Activations of its feed-forward part, in vectors of its inner width per token: before and after the activation. Gated
units have two inputs, an activation and their product.
"""

SCORES_PER_LAYER = 1.1
"""Activations of attention that is not fused (with dropout on a CPU), in scores per pair of tokens: scores and a
dropout mask.
"""

TEMPORARY_SCORES = 4.0
"""Temporary memory of one layer of such attention in its backward pass, in the same unit."""

ADAPTER_DROPOUT = 1.4
"""Activations that the dropout of an adapter keeps, per feature that the adapter reads."""

EVALUATION_HIDDEN, EVALUATION_UNITS = 6.0, 2.0
"""Vectors per token, hidden and inner, that exist at one time in an evaluation, which keeps nothing for a backward
pass.
"""

CONTEXT_BYTES = 700 * 2**20
"""Device memory that CUDA and its libraries take for each process, besides tensors."""

FIRST_MARGIN = 1.3
"""Factor on the estimate until a trial of the same kind has been measured."""

GRADIENT_COPIES = 2
"""Copies of the largest weight group of a sharded model: its whole gradients, and the buffer that is sent."""

MOST_OF_A_GPU = 0.97
"""Share of a GPU's memory that a trial may use; its driver and display keep the rest."""

NOT_FUSED = ("megatron-bert", "roformer")
"""Families for which transformers does not use fused attention on a GPU."""

TEXTS_OF_A_STAGE = 32
"""Texts in a batch of the self-supervised stage, whatever the trial's batch size is."""


@dataclass(frozen=True)
class MemoryFootprint:
    """Bytes on the device.

    `weights` and `training_state` (gradients, moments, averages) are always there. `activations` are those of one part
    of a training batch, `evaluation` those of an evaluation batch; only one of the two is there at a time, because CUDA
    graphs of training steps free theirs when an evaluation needs the memory. `workspace` is temporary memory of
    libraries.
    """

    weights: int
    training_state: int
    activations: int
    evaluation: int
    workspace: int = 0

    @property
    def bytes(self) -> int:
        """Peak number of bytes."""
        return self.weights + self.training_state + max(self.activations, self.evaluation) + self.workspace


def footprint_of(
    point: Point | Probe, longest: int, device: str, parts: int = 1, *, narrow: bool = False
) -> MemoryFootprint:
    """Estimate what a trial of `point` needs on a device of type `device` (cuda or cpu).

    Args:
        point: the point of the trial.
        longest: tokens of the longest text of the data, as far as the study allows.
        device: the type of the device.
        parts: number of parts in which each batch is computed.
        narrow: whether large products are computed in bf16.

    Raises:
        PretrainedError: the checkpoint is missing, or its config does not give its sizes.
    """
    longest = min(longest, point.text.longest)
    if isinstance(point, Probe):
        encoder = replace(pretrained_encoder(point.text.checkpoint), trained=0)
        evaluation = _evaluation(encoder, longest, device, parts, narrow=narrow)
        return MemoryFootprint(FLOAT * encoder.weights, 0, 0, evaluation, _workspace(device))
    trial = _trained(encoder_of(point, longest), point.training.batch_size, longest, device, parts, narrow=narrow)
    if point.pretraining is None:
        return trial
    stage = _stage(point, point.pretraining, longest, device, parts, narrow=narrow)
    return max(trial, stage, key=lambda footprint: footprint.bytes)


def copy_fits(point: Point, longest: int, room: int) -> bool:
    """Return whether a GPU can hold the whole model during training, with one text in each part of a batch.

    Args:
        point: the point of a trial.
        longest: tokens of the longest text of the data, as far as the study allows.
        room: bytes that the GPU has for tensors.

    Raises:
        PretrainedError: the checkpoint is missing, or its config does not give its sizes.
    """
    texts = point.training.batch_size
    return FIRST_MARGIN * _trained(encoder_of(point, longest), texts, longest, "cuda", texts).bytes <= room


def parts_in_shards(point: Point, longest: int, processes: int, room: int) -> int:
    """Return the number of parts in which each process computes its batches if the model is sharded.

    Args:
        point: the point of the trial.
        longest: tokens of the longest text of the data, as far as the study allows.
        processes: processes that train together, each on its own GPU.
        room: bytes that each GPU has for tensors.

    Raises:
        PretrainedError: the checkpoint is missing, or its config does not give its sizes.
    """
    encoder, texts = encoder_of(point, longest), point.training.batch_size
    parts, most = 1, math.ceil(texts / processes)
    while parts < most and FIRST_MARGIN * _in_shards(encoder, texts, longest, processes, parts) > room:
        parts = min(2 * parts, most)
    return parts


def least_in_shards(point: Point, longest: int, processes: int) -> int:
    """Return the bytes on each device if the model is sharded, with one text in each part of a batch.

    Args:
        point: the point of a trial.
        longest: tokens of the longest text of the data, as far as the study allows.
        processes: processes that train together, each on its own GPU.

    Raises:
        PretrainedError: the checkpoint is missing, or its config does not give its sizes.
    """
    longest = min(longest, point.text.longest)
    encoder, texts = encoder_of(point, longest), point.training.batch_size
    return round(_in_shards(encoder, texts, longest, processes, math.ceil(texts / processes)))


def _in_shards(encoder: Encoder, texts: int, longest: int, processes: int, parts: int) -> float:
    """Return the bytes on each device if each process computes its texts of a batch in `parts` parts."""
    rest = encoder.embedding_weights + encoder.head_weights  # are gathered while a batch is computed
    gathered = FLOAT * (rest + 2 * encoder.layer_weights + GRADIENT_COPIES * max(encoder.layer_weights, rest))
    footprint = _trained(encoder, texts, longest, "cuda", parts * processes)
    shard = (footprint.weights + footprint.training_state) / processes
    return shard + gathered + max(footprint.activations, footprint.evaluation) + footprint.workspace


def _trained(
    encoder: Encoder, texts: int, longest: int, device: str, parts: int, *, narrow: bool = False
) -> MemoryFootprint:
    """Estimate training with batches of `texts` texts, in `parts` parts."""
    fused = device != "cpu" and encoder.family not in NOT_FUSED
    activations = _activations(encoder, math.ceil(texts / parts) * longest, longest, fused=fused)
    state = 4 * FLOAT * encoder.trained_weights
    return MemoryFootprint(
        weights=FLOAT * encoder.weights,
        training_state=state,
        activations=round(activations * (NARROW_ACTIVATIONS[fused] if narrow else 1.0)),
        evaluation=_evaluation(encoder, longest, device, parts, narrow=narrow),
        workspace=_workspace(device),
    )


def _workspace(device: str) -> int:
    return 0 if device == "cpu" else WORKSPACE_BYTES


def _stage(point: Point, stage: Pretraining, longest: int, device: str, parts: int, *, narrow: bool) -> MemoryFootprint:
    """Estimate the self-supervised stage, which trains the whole encoder, whatever is frozen, cut or adapted later."""
    model = point.architecture
    encoder = pretrained_encoder(model.checkpoint) if isinstance(model, Pretrained) else encoder_of(point, longest)
    trained = _trained(encoder, TEXTS_OF_A_STAGE, longest, device, parts, narrow=narrow)
    tokens = math.ceil(TEXTS_OF_A_STAGE / parts) * longest
    return replace(trained, activations=trained.activations + _scores(encoder, tokens, stage))


def _activations(encoder: Encoder, tokens: int, longest: int, *, fused: bool) -> int:
    """Return the bytes that the backward pass over `tokens` tokens needs: activations and its largest gradients."""
    layer = (
        HIDDEN_PER_LAYER * encoder.width
        + HEADS_PER_LAYER * encoder.mixed
        + UNITS_PER_LAYER[encoder.gated] * encoder.inner
    )
    if encoder.adapter is not None:
        if encoder.adapter.targets == "attention":  # inputs of frozen matrices need not be kept
            layer -= encoder.width + encoder.inner
        if encoder.adapter.dropout > 0:
            layer += ADAPTER_DROPOUT * encoder.adapted
    below = 2.25 * encoder.width if encoder.trained == encoder.depth else encoder.width
    gradients = largest_gradients(encoder)
    if not fused:
        layer += SCORES_PER_LAYER * encoder.heads * longest
        gradients += TEMPORARY_SCORES * encoder.heads * longest
    return round(FLOAT * tokens * (encoder.trained * layer + below + gradients))


def largest_gradients(encoder: Encoder) -> float:
    """Return the features per token of the gradients that exist at one time: at most those of a feed-forward part."""
    return 2.0 * encoder.inner + 3.0 * encoder.width


def _scores(encoder: Encoder, tokens: int, stage: Pretraining) -> int:
    """Return the bytes of the scores of all words at masked tokens: logits, their logarithms, and gradients."""
    return round(3 * FLOAT * tokens * stage.mask_share * encoder.vocabulary)


def _evaluation(encoder: Encoder, longest: int, device: str, parts: int, *, narrow: bool) -> int:
    tokens = max(longest, math.ceil(EVALUATION_TOKENS.get(device, EVALUATION_TOKENS["cpu"]) / parts))
    bytes_each = FLOAT * (NARROW_EVALUATION if narrow else 1.0)
    return round(bytes_each * tokens * (EVALUATION_HIDDEN * encoder.width + EVALUATION_UNITS * encoder.inner))
