"""Estimates the memory of a trial before anything is built; it needs no torch, so that a driver can use it too."""

import math
from dataclasses import dataclass, replace

from search_spaces import Architecture, LowRank, Point, Pretrained, Pretraining, Probe, Text
from trials.data.encoding import EVALUATION_TOKENS
from trials.errors import PretrainedError
from trials.hub import describe, locate

FLOAT = 4
"""Bytes of a weight, and of an activation in fp32."""

NARROW_KEPT = {True: 0.63, False: 0.8}
"""Share of the activations' bytes that is left in bf16, where attention is fused and where it is not: what products
read is half as large, but sums, norms and the softmax of attention stay in fp32. Measured on an H200."""

NARROW_LOOK = 0.75
"""The same of an evaluation."""

WORKSPACE_BYTES = 64 * 2**20
"""What products on a GPU have in passing: cuBLAS keeps 32 MiB for each of the two streams of a trial."""

STATES_KEPT = 4.5
"""What a layer keeps for its backward pass, in hidden vectors a token: its input, both sums that are normalised, the
input of the feed-forward part, and two masks of dropout, of one byte a feature."""

HEADS_KEPT = 4.0
"""The same of its attention, in vectors of all heads: queries, keys, values, and what they mix."""

UNITS_KEPT = {False: 2.0, True: 4.0}
"""The same of the feed-forward part, in vectors of its inner width: before and after the activation. Gated units have
two inputs, an activation and their product."""

SCORES_KEPT = 1.1
"""Of attention that is not fused (with dropout on a CPU), in scores of pairs of tokens: these and a mask of dropout."""

SCORES_IN_PASSING = 4.0
"""What one layer of such attention has beside that in its backward pass, in the same scores."""

DROPPED_KEPT = 1.4
"""What the dropout of an adapter keeps, for each feature that an adapter reads."""

STATES_LOOKED_AT, UNITS_LOOKED_AT = 6.0, 2.0
"""What lives at one time where nothing is kept: an evaluation goes through the layers one by one."""

CONTEXT_BYTES = 700 * 2**20
"""What CUDA and its libraries take of a device for each process, beside all tensors."""

FIRST_MARGIN = 1.3
"""The formula is trusted so far until a trial of a kind has shown what it needs."""

IN_PASSING = 2
"""Copies of the largest group of a model in shards: its gradients as a whole, and what is sent of them."""

MOST_OF_A_GPU = 0.97
"""Its driver and display keep the rest of its memory."""

NOT_FUSED = ("megatron-bert", "roformer")
"""Families whose attention transformers computes by hand on a GPU, score by score."""

TEXTS_OF_A_STAGE = 32
"""Those of a batch of the self-supervised stage, whatever the trial's own batches are."""

HIDDEN = "hidden_size", "dim", "d_model"
DEPTH = "num_hidden_layers", "n_layers", "num_layers"
HEADS = "num_attention_heads", "n_heads"
INNER = "intermediate_size", "hidden_dim", "ffn_dim", "encoder_ffn_dim"
"""What configs of transformers call them."""


@dataclass(frozen=True)
class Encoder:
    """The sizes of a transformer.

    Of its `depth` layers the highest `trained` are trained; the embeddings only where all are. With an `adapter` all
    stay as they are, and only what is beside them is trained. All heads together are `mixed` features wide. `family` is
    its kind by the name that transformers has for it.
    """

    family: str
    vocabulary: int
    positions: int
    width: int
    depth: int
    heads: int
    mixed: int
    inner: int
    gated: bool
    trained: int
    adapter: LowRank | None = None

    @property
    def layer_weights(self) -> int:
        """Parameters of one layer."""
        matrices = 4 * self.width * self.mixed + (3 if self.gated else 2) * self.width * self.inner
        return matrices + 9 * self.width + self.inner

    @property
    def embedding_weights(self) -> int:
        """Parameters below the first layer."""
        return (self.vocabulary + self.positions + 4) * self.width

    @property
    def head_weights(self) -> int:
        """Parameters above the last layer, but for the few of each class."""
        return self.width**2 + 3 * self.width

    @property
    def adapted(self) -> int:
        """Features of one layer that an adapter reads."""
        if self.adapter is None:
            return 0
        return 4 * self.width + (0 if self.adapter.targets == "attention" else self.width + self.inner)

    @property
    def adapter_weights(self) -> int:
        """Parameters beside one layer's own: as many features are written as are read."""
        return 0 if self.adapter is None else 2 * self.adapter.rank * self.adapted

    @property
    def weights(self) -> int:
        """All parameters."""
        layers = self.depth * (self.layer_weights + self.adapter_weights)
        return self.embedding_weights + layers + self.head_weights

    @property
    def trained_weights(self) -> int:
        """The parameters that are trained."""
        if self.adapter is not None:
            return self.depth * self.adapter_weights
        embeddings = self.embedding_weights if self.trained == self.depth else 0
        return embeddings + self.trained * self.layer_weights + self.head_weights


@dataclass(frozen=True)
class MemoryFootprint:
    """Bytes on the device. `weights` are there all the time, and `training_state` is: gradients, moments, averages.

    `activations` are those of one part of a batch in training, `look` those of a batch of an evaluation. Only one of
    them is there at a time: graphs of training steps keep theirs, but give them up where an evaluation needs them.
    `workspace` is what libraries have in passing.
    """

    weights: int
    training_state: int
    activations: int
    look: int
    workspace: int = 0

    @property
    def bytes(self) -> int:
        """The most at a time."""
        return self.weights + self.training_state + max(self.activations, self.look) + self.workspace


def footprint_of(
    point: Point | Probe, longest: int, device: str, parts: int = 1, *, narrow: bool = False
) -> MemoryFootprint:
    """What a trial of `point` needs on a device of the kind `device` (cuda or cpu).

    Args:
        point: what is tried.
        longest: tokens of the longest text of the data, as far as the study lets it be.
        device: where it computes.
        parts: in how many parts each batch is computed.
        narrow: whether large products are computed in bf16.

    Raises:
        PretrainedError: the checkpoint is not here, or its config does not tell its sizes.
    """
    longest = longest if isinstance(point.text, Text) else min(longest, point.text.longest)
    if isinstance(point, Probe):
        encoder = replace(_pretrained(point.text.checkpoint), trained=0)
        look = _look(encoder, longest, device, parts, narrow=narrow)
        return MemoryFootprint(FLOAT * encoder.weights, 0, 0, look, _workspace(device))
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
    """In how many parts each process computes its batches if it has to hold a shard of the model, and no copy.

    Args:
        point: what is tried.
        longest: tokens of the longest text of the data, as far as the study lets it be.
        processes: how many train it together, each on a GPU of its own.
        room: the bytes that each GPU has for tensors.

    Raises:
        PretrainedError: the checkpoint is not here, or its config does not tell its sizes.
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
    longest = longest if isinstance(point.text, Text) else min(longest, point.text.longest)
    encoder, texts = encoder_of(point, longest), point.training.batch_size
    return round(_in_shards(encoder, texts, longest, processes, math.ceil(texts / processes)))


def _in_shards(encoder: Encoder, texts: int, longest: int, processes: int, parts: int) -> float:
    """Bytes on each device, where each process computes its texts of a batch in `parts` parts."""
    rest = encoder.embedding_weights + encoder.head_weights  # are whole as long as a batch is computed
    gathered = FLOAT * (rest + 2 * encoder.layer_weights + IN_PASSING * max(encoder.layer_weights, rest))
    footprint = _trained(encoder, texts, longest, "cuda", parts * processes)
    shard = (footprint.weights + footprint.training_state) / processes
    return shard + gathered + max(footprint.activations, footprint.look) + footprint.workspace


def _trained(
    encoder: Encoder, texts: int, longest: int, device: str, parts: int, *, narrow: bool = False
) -> MemoryFootprint:
    """Training with batches of `texts` texts, in `parts` parts."""
    fused = device != "cpu" and encoder.family not in NOT_FUSED
    kept = _kept(encoder, math.ceil(texts / parts) * longest, longest, fused=fused)
    state = 4 * FLOAT * encoder.trained_weights
    return MemoryFootprint(
        weights=FLOAT * encoder.weights,
        training_state=state,
        activations=round(kept * (NARROW_KEPT[fused] if narrow else 1.0)),
        look=_look(encoder, longest, device, parts, narrow=narrow),
        workspace=_workspace(device),
    )


def _workspace(device: str) -> int:
    return 0 if device == "cpu" else WORKSPACE_BYTES


def _stage(point: Point, stage: Pretraining, longest: int, device: str, parts: int, *, narrow: bool) -> MemoryFootprint:
    """The self-supervised stage, which trains the whole encoder, whatever the trial then freezes, cuts or adapts."""
    model = point.architecture
    encoder = _pretrained(model.checkpoint) if isinstance(model, Pretrained) else encoder_of(point, longest)
    trained = _trained(encoder, TEXTS_OF_A_STAGE, longest, device, parts, narrow=narrow)
    tokens = math.ceil(TEXTS_OF_A_STAGE / parts) * longest
    return replace(trained, activations=trained.activations + _guesses(encoder, tokens, stage))


def encoder_of(point: Point, longest: int) -> Encoder:
    """The sizes of the model of `point`, for texts of up to `longest` tokens.

    Raises:
        PretrainedError: the checkpoint is not here, or its config does not tell its sizes.
    """
    model = point.architecture
    if isinstance(model, Pretrained):
        return _cut(_pretrained(model.checkpoint), model)
    vocabulary = point.text.vocabulary_size if isinstance(point.text, Text) else 0
    return _fresh(model, vocabulary, longest)


def _fresh(model: Architecture, vocabulary: int, longest: int) -> Encoder:
    rotary = model.family in {"modernbert", "roformer"}
    return Encoder(
        family=model.family,
        vocabulary=vocabulary,
        positions=0 if rotary else longest,
        width=model.width,
        depth=model.depth,
        heads=model.heads,
        mixed=model.width,
        inner=model.feed_forward_width,
        gated=model.family == "modernbert",
        trained=model.depth,
    )


def _pretrained(checkpoint: str) -> Encoder:
    config = describe(locate(checkpoint))
    width, depth, heads, inner = (_size(config, names, checkpoint) for names in (HIDDEN, DEPTH, HEADS, INNER))
    positions = config.get("max_position_embeddings")
    return Encoder(
        family=str(config.get("model_type")),
        vocabulary=_size(config, ("vocab_size",), checkpoint),
        positions=positions if isinstance(positions, int) and "rope_theta" not in config else 0,
        width=width,
        depth=depth,
        heads=heads,
        mixed=width,
        inner=inner,
        gated=config.get("model_type") == "modernbert",
        trained=depth,
    )


def _size(config: dict[str, object], names: tuple[str, ...], checkpoint: str) -> int:
    for name in names:
        if isinstance(found := config.get(name), int):
            return found
    raise PretrainedError(f"the config of the checkpoint {checkpoint!r} must have {' or '.join(names)}, and has none")


def _cut(encoder: Encoder, model: Pretrained) -> Encoder:
    frozen = round(model.frozen_share * encoder.depth)
    if model.kept is not None:
        depth = len(model.kept.layers_of(encoder.depth))
        frozen = round(model.frozen_share * depth)
        heads, inner = model.kept.heads_of(encoder.heads), model.kept.units_of(encoder.inner)
        mixed = heads * encoder.mixed // encoder.heads
        encoder = replace(encoder, depth=depth, heads=heads, mixed=mixed, inner=inner)
    return replace(encoder, trained=encoder.depth - frozen, adapter=model.adapter)


def _kept(encoder: Encoder, tokens: int, longest: int, *, fused: bool) -> int:
    """Bytes of a forward pass over `tokens` tokens that its backward pass needs, and its largest gradients."""
    layer = STATES_KEPT * encoder.width + HEADS_KEPT * encoder.mixed + UNITS_KEPT[encoder.gated] * encoder.inner
    if encoder.adapter is not None:
        if encoder.adapter.targets == "attention":  # what only frozen matrices read need not be kept
            layer -= encoder.width + encoder.inner
        if encoder.adapter.dropout > 0:
            layer += DROPPED_KEPT * encoder.adapted
    below = 2.25 * encoder.width if encoder.trained == encoder.depth else encoder.width
    gradients = largest_gradients(encoder)
    if not fused:
        layer += SCORES_KEPT * encoder.heads * longest
        gradients += SCORES_IN_PASSING * encoder.heads * longest
    return round(FLOAT * tokens * (encoder.trained * layer + below + gradients))


def largest_gradients(encoder: Encoder) -> float:
    """Features a token of the gradients that live at one time: at most those of a feed-forward part."""
    return 2.0 * encoder.inner + 3.0 * encoder.width


def _guesses(encoder: Encoder, tokens: int, stage: Pretraining) -> int:
    """Bytes of the scores of every word at the masked tokens: logits, their logarithms, and gradients."""
    return round(3 * FLOAT * tokens * stage.mask_share * encoder.vocabulary)


def _look(encoder: Encoder, longest: int, device: str, parts: int, *, narrow: bool) -> int:
    tokens = max(longest, math.ceil(EVALUATION_TOKENS.get(device, EVALUATION_TOKENS["cpu"]) / parts))
    each = FLOAT * (NARROW_LOOK if narrow else 1.0)
    return round(each * tokens * (STATES_LOOKED_AT * encoder.width + UNITS_LOOKED_AT * encoder.inner))
