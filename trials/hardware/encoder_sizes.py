"""The sizes of a trial's transformer, read from its point or its checkpoint before it is built. They need no torch."""

from dataclasses import dataclass, replace

from search_spaces import Architecture, LowRank, Point, Pretrained, Text
from trials.errors import PretrainedError
from trials.hub import describe, locate

HIDDEN = "hidden_size", "dim", "d_model", "n_embd"
DEPTH = "num_hidden_layers", "n_layers", "num_layers", "n_layer"
HEADS = "num_attention_heads", "n_heads", "n_head"
INNER = "intermediate_size", "hidden_dim", "ffn_dim", "encoder_ffn_dim", "n_inner"
"""Names of these sizes in configs of transformers."""

GATED = ("modernbert", "llama", "mistral", "qwen2", "qwen3", "gemma", "gemma2", "gemma3_text", "phi3")
"""Types of models whose feed-forward units are gated, so that they have a third matrix."""


@dataclass(frozen=True)
class Encoder:
    """The sizes of a transformer.

    The highest `trained` of its `depth` layers are trained; the embeddings only if all layers are. With an `adapter`,
    only the adapter and the classifier are trained. All heads together have `mixed` features. `family` is its type in
    transformers.
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
        """Parameters above the last layer, without those that grow with the number of classes."""
        return self.width**2 + 3 * self.width

    @property
    def adapted(self) -> int:
        """Features of one layer that an adapter reads."""
        if self.adapter is None:
            return 0
        return 4 * self.width + (0 if self.adapter.targets == "attention" else self.width + self.inner)

    @property
    def adapter_weights(self) -> int:
        """Parameters of the adapter of one layer, which writes as many features as it reads."""
        return 0 if self.adapter is None else 2 * self.adapter.rank * self.adapted

    @property
    def weights(self) -> int:
        """Number of all parameters."""
        layers = self.depth * (self.layer_weights + self.adapter_weights)
        return self.embedding_weights + layers + self.head_weights

    @property
    def trained_weights(self) -> int:
        """Number of trained parameters."""
        if self.adapter is not None:
            return self.depth * self.adapter_weights
        embeddings = self.embedding_weights if self.trained == self.depth else 0
        return embeddings + self.trained * self.layer_weights + self.head_weights


def encoder_of(point: Point, longest: int) -> Encoder:
    """Return the sizes of the model of `point`, for texts of up to `longest` tokens.

    Raises:
        PretrainedError: the checkpoint is missing, or its config does not give its sizes.
    """
    model = point.architecture
    if isinstance(model, Pretrained):
        return _cut(pretrained_encoder(model.checkpoint), model)
    vocabulary = point.text.vocabulary_size if isinstance(point.text, Text) else 0
    return _from_scratch(model, vocabulary, longest)


def _from_scratch(model: Architecture, vocabulary: int, longest: int) -> Encoder:
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


def pretrained_encoder(checkpoint: str) -> Encoder:
    """Return the sizes of the whole encoder of a checkpoint.

    Raises:
        PretrainedError: the checkpoint is missing, or its config does not give its sizes.
    """
    config = describe(locate(checkpoint))
    if isinstance(narrow := config.get("n_embd"), int) and config.get("n_inner") is None:
        config = {**config, "n_inner": 4 * narrow}  # as GPT-2 has it
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
        gated=config.get("model_type") in GATED,
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
