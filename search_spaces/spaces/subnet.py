"""The space `subnet`: parts of a pretrained encoder, which keep their weights and are trained further.

Depth, heads and widths are searched as in `encoder`, but only the classifier has new weights.

| parameter | range | why |
|---|---|---|
| `architecture.checkpoint` | minilm | override with folders or hub ids; if several are given, they compete |
| `text.longest` | 64, 128, 256 | tokens read of a text; 512, too, where many texts are longer and there is time |
| `text.reading` | head | also `pair`, where rows have two text columns; the default if much would be cut |
| `architecture.depth_share` | 0.3 .. 1 | share of the layers; fewer take less time, but lose knowledge |
| `architecture.layers` | lowest, spread | the lowest layers, or layers spread evenly over the encoder |
| `architecture.heads_share` | 0.25 .. 1 | share of each layer's heads; the most important ones are kept |
| `architecture.feed_forward_share` | 0.25 .. 1 | share of each layer's feed-forward units, likewise |
| `architecture.hidden_dropout` | 0 .. 0.2 | after embeddings and each sub-layer |
| `architecture.attention_dropout` | 0, 0.1 | off by default: not needed in few epochs |
| `architecture.classifier_dropout` | 0 .. 0.3 | before the last layer |
| `optimizer.learning_rate` | 1e-5 .. 1e-3 (log) | of the highest layer; lower for encoders wider than 384 |
| `optimizer.beta1` | 0.8 .. 0.95 | decay of AdamW's average of gradients |
| `optimizer.beta2` | 0.9 .. 0.999 | decay of its average of squared gradients |
| `optimizer.epsilon` | 1e-9 .. 1e-6 (log) | limits steps where gradients are tiny |
| `optimizer.weight_decay` | 1e-4 .. 0.3 (log) | decoupled, as in AdamW |
| `optimizer.warmup_share` | 0 .. 0.2 | share of the full budget; large first steps damage the pretrained weights |
| `optimizer.schedule` | linear, cosine, constant | after the warm-up; the first two fall to zero at the full budget |
| `optimizer.gradient_clip` | 0.3 .. 3 (log) | largest norm of the whole gradient |
| `optimizer.head_learning_rate` | 1e-4 .. 1e-2 (log) | of the new classifier, which starts from random weights |
| `optimizer.layer_decay` | 0.6 .. 1 | factor of the learning rate from each layer to the one below |
| `training.batch_size` | 8, 16, 32 | small batches take more steps from the same examples |
| `training.label_smoothing` | 0 .. 0.2 | share of the target spread over all classes |
| `training.balance` | none, weights, focal, sampling | searched if class sizes differ; `none` if they are similar |
| `pretraining.epochs` | 0, 0.5, 1, 2, 4, 8 | epochs of a self-supervised stage; 0 without unlabelled texts |
| `pretraining.learning_rate` | 0.0001, 0.0005 | peak of its learning rate |
| `pretraining.mask_share` | 0.15 | share of the tokens to predict; override to try others |

A model with fewer heads is saved in a format of this project, others in that of transformers.

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
