"""The space `subnet`: parts of a pretrained encoder, which begin with what they know and are trained further.

Its depth, heads and widths are searched, as those of `encoder` are, but no weight is new except the classifier's.

| parameter | range | why |
|---|---|---|
| `architecture.checkpoint` | minilm | override with any folders or hub ids; several compete |
| `text.longest` | 64, 128, 256 | tokens kept of a text: time grows with them, and beginnings often tell enough |
| `architecture.depth_share` | 0.3 .. 1 | of the layers; time falls with them, and so does what the encoder knows |
| `architecture.layers` | lowest, spread | which: those next to the embeddings, or some from bottom to top |
| `architecture.heads_share` | 0.25 .. 1 | of the heads of each layer, those that matter most |
| `architecture.feed_forward_share` | 0.25 .. 1 | of the feed-forward units of each layer, those that matter most |
| `architecture.hidden_dropout` | 0 .. 0.2 | after embeddings and each sub-layer |
| `architecture.attention_dropout` | 0, 0.1 | off by default: few epochs do not need it |
| `architecture.classifier_dropout` | 0 .. 0.3 | before the last layer |
| `optimizer.learning_rate` | 1e-5 .. 1e-3 (log) | of the highest layer; small encoders bear more than large ones |
| `optimizer.beta1` | 0.8 .. 0.95 | how long AdamW remembers gradients |
| `optimizer.beta2` | 0.9 .. 0.999 | and their squares |
| `optimizer.epsilon` | 1e-9 .. 1e-6 (log) | keeps steps small where gradients are tiny |
| `optimizer.weight_decay` | 1e-4 .. 0.3 (log) | decoupled, as in AdamW |
| `optimizer.warmup_share` | 0 .. 0.2 | share of the full budget: large first steps undo what was learnt before |
| `optimizer.schedule` | linear, cosine, constant | after the warm-up; the first two fall to zero at the full budget |
| `optimizer.gradient_clip` | 0.3 .. 3 (log) | largest norm of the whole gradient |
| `optimizer.head_learning_rate` | 1e-4 .. 1e-2 (log) | of the new classifier, which has everything to learn |
| `optimizer.layer_decay` | 0.6 .. 1 | each layer learns so much slower than the one above it |
| `training.batch_size` | 8, 16, 32 | small batches take more steps from the same examples |
| `training.label_smoothing` | 0 .. 0.2 | share of the target spread over all classes |
| `training.balance` | none, weights, focal, sampling | where classes are of unlike size; `none` where they are alike |
| `pretraining.epochs` | 0, 0.5, 1, 2, 4, 8 | passes of a self-supervised stage; 0 without unlabelled texts |
| `pretraining.learning_rate` | 0.0001, 0.0005 | its peak |
| `pretraining.mask_share` | 0.15 | of the tokens, to be guessed; override to try others |

Where heads are cut, the model is handed over in a format of ours; else it is one of transformers.

Michel et al., "Are Sixteen Heads Really Better than One?", 2019; Sajjad et al., "On the Effect of Dropping Layers of
Pre-trained Transformer Models", 2023.
"""

from search_spaces.blocks import checkpoint_of, layered_adamw, pretraining, text_of, training_of
from search_spaces.point import LAYERS, Kept, Point, Pretrained
from search_spaces.suggest import Suggest


def subnet(suggest: Suggest) -> Point:
    """Parts of a pretrained encoder, trained further: which layers, how many heads and units of each.

    Args:
        suggest: gives a value for each parameter.
    """
    checkpoint = checkpoint_of(suggest)
    return Point(
        text=text_of(suggest, checkpoint),
        architecture=Pretrained(
            checkpoint=checkpoint,
            frozen_share=0.0,
            kept=_kept(suggest),
            hidden_dropout=suggest.real("architecture.hidden_dropout", 0.0, 0.2, default=0.1),
            attention_dropout=suggest.choice("architecture.attention_dropout", (0.0, 0.1), default=0.0),
            classifier_dropout=suggest.real("architecture.classifier_dropout", 0.0, 0.3, default=0.1),
        ),
        optimizer=layered_adamw(suggest),
        training=training_of(suggest),
        pretraining=pretraining(suggest, rates=(1e-4, 5e-4)),
    )


def _kept(suggest: Suggest) -> Kept:
    return Kept(
        depth_share=suggest.real("architecture.depth_share", 0.3, 1.0, default=0.67),
        layers=suggest.choice("architecture.layers", LAYERS, default="lowest"),
        heads_share=suggest.real("architecture.heads_share", 0.25, 1.0, default=1.0),
        feed_forward_share=suggest.real("architecture.feed_forward_share", 0.25, 1.0, default=1.0),
    )
