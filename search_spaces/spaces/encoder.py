"""The space `encoder`: transformer encoders trained from scratch.

| parameter | range | why |
|---|---|---|
| `text.vocabulary_size` | 4000, 8000, 16000 | few sizes: each needs a tokenizer and an encoding of the data |
| `text.longest` | 8192 | tokens read of a text, within `data.max_length`; 256 and 512 where many are longer |
| `architecture.encoder` | family/pooling | one choice, because BERT's classifier can only read the first token |
| `architecture.depth` | 1 .. 4 | small data sets rarely benefit from more; override to widen |
| `architecture.heads` | 1, 2, 4, 8 | hidden width is heads times head width |
| `architecture.head_width` | 16, 32, 64 | as above; even, because rotary positions need pairs |
| `architecture.feed_forward_ratio` | 1, 2, 3, 4 | inner feed-forward width over hidden width |
| `architecture.activation` | gelu, relu, silu | of the feed-forward layers |
| `architecture.hidden_dropout` | 0 .. 0.3 | after embeddings and each sub-layer |
| `architecture.attention_dropout` | 0, 0.1 | off by default: it makes a CPU 1.6x slower |
| `architecture.classifier_dropout` | 0 .. 0.3 | before the last layer |
| `architecture.initialization` | fan_in, depth_scaled | how initial weights are drawn |
| `optimizer.learning_rate` | 3e-4 .. 5e-3 (log) | small models need much larger rates than pretrained ones |
| `optimizer.beta1` | 0.8 .. 0.95 | decay of AdamW's average of gradients |
| `optimizer.beta2` | 0.9 .. 0.999 | decay of squared gradients; short runs often need less than 0.999 |
| `optimizer.epsilon` | 1e-9 .. 1e-6 (log) | limits steps where gradients are tiny |
| `optimizer.weight_decay` | 1e-4 .. 0.3 (log) | decoupled, as in AdamW |
| `optimizer.warmup_share` | 0 .. 0.2 | share of the full budget |
| `optimizer.schedule` | linear, cosine, constant | after the warm-up; the first two fall to zero at the full budget |
| `optimizer.gradient_clip` | 0.3 .. 3 (log) | largest norm of the whole gradient |
| `training.batch_size` | 8, 16, 32, 64 | small batches take more steps from the same examples |
| `training.label_smoothing` | 0 .. 0.2 | share of the target spread over all classes |
| `training.balance` | none, weights, focal, sampling | searched if class sizes differ; `none` if they are similar |
| `pretraining.epochs` | 0, 0.5, 1, 2, 4, 8 | epochs of a self-supervised stage; 0 without unlabelled texts |
| `pretraining.learning_rate` | 0.003, 0.001 | peak of its learning rate |
| `pretraining.mask_share` | 0.15 | share of the tokens to predict; override to try others |

`bert` has a norm after each half of a layer and learnt positions; `megatron-bert` is BERT with a norm before each half;
`roformer` is BERT with rotary positions; `modernbert` has both, and gated feed-forward layers. The deviation of
initial weights is 1 / sqrt(inputs of the matrix) with `fan_in`; `depth_scaled` is `fan_in` with smaller weights where
layers are summed. With 0.02, as transformers has it (`normal`, which an override may name), models as narrow as these
often predict one class for most of a short training. Above the range of the learning rate, families with a norm after
each half of a layer (`bert`, `roformer`) mostly end as models that predict one class, and the others gain nothing.
"""

from search_spaces.blocks import LENGTH, adamw, balance, pretraining
from search_spaces.dimension import FloatRange
from search_spaces.point import ANY_LENGTH, Architecture, Point, Text, Training
from search_spaces.suggest import Suggest

ENCODERS = ("modernbert/mean", "modernbert/cls", "bert/cls", "megatron-bert/cls", "roformer/cls")

INITIALIZATIONS = ("fan_in", "depth_scaled")

WIDE_INITIALIZATION = "normal"
"""An initialization that suits widths far above those of this space; only an override offers it."""


def encoder(suggest: Suggest) -> Point:
    """Transformer encoders trained from scratch: depth, heads, widths, dropouts, pooling, AdamW and its schedule.

    Args:
        suggest: gives a value for each parameter.
    """
    return Point(
        text=Text(
            vocabulary_size=suggest.choice("text.vocabulary_size", (4000, 8000, 16000), default=8000),
            longest=suggest.choice(LENGTH, (ANY_LENGTH,), default=ANY_LENGTH),
        ),
        architecture=_architecture(suggest),
        optimizer=adamw(suggest, rate=FloatRange(3e-4, 5e-3, 1e-3, log=True), warmup_share=0.06),
        training=Training(
            batch_size=suggest.choice("training.batch_size", (8, 16, 32, 64), default=16),
            label_smoothing=suggest.real("training.label_smoothing", 0.0, 0.2, default=0.0),
            balance=balance(suggest),
        ),
        pretraining=pretraining(suggest, rates=(3e-3, 1e-3)),
    )


def _architecture(suggest: Suggest) -> Architecture:
    family, _, pooling = suggest.choice("architecture.encoder", ENCODERS, default=ENCODERS[0]).partition("/")
    return Architecture(
        family=family,
        pooling=pooling,
        depth=suggest.integer("architecture.depth", 1, 4, default=2),
        heads=suggest.choice("architecture.heads", (1, 2, 4, 8), default=4),
        head_width=suggest.choice("architecture.head_width", (16, 32, 64), default=32),
        feed_forward_ratio=suggest.choice("architecture.feed_forward_ratio", (1.0, 2.0, 3.0, 4.0), default=2.0),
        activation=suggest.choice("architecture.activation", ("gelu", "relu", "silu"), default="gelu"),
        hidden_dropout=suggest.real("architecture.hidden_dropout", 0.0, 0.3, default=0.1),
        attention_dropout=suggest.choice("architecture.attention_dropout", (0.0, 0.1), default=0.0),
        classifier_dropout=suggest.real("architecture.classifier_dropout", 0.0, 0.3, default=0.1),
        initialization=suggest.choice(
            "architecture.initialization", INITIALIZATIONS, default="fan_in", more=(WIDE_INITIALIZATION,)
        ),
    )
