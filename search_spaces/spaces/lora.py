"""The space `lora`: pretrained encoders whose weights stay as they are, with small matrices trained beside them.

Little memory, where an encoder is large: AdamW keeps nothing for the weights that stay. Merged when it is handed over.

| parameter | range | why |
|---|---|---|
| `architecture.checkpoint` | minilm | override with any folders or hub ids; several compete |
| `text.longest` | 64, 128, 256 | tokens kept of a text: time grows with them |
| `adapter.rank` | 4, 8, 16, 32 | how much may change |
| `adapter.alpha` | 8, 16, 32, 64 | how far a step of the matrices goes, over the rank |
| `adapter.targets` | attention, all | the matrices of a layer that are changed |
| `adapter.dropout` | 0 .. 0.2 | of what the matrices read |
| `architecture.classifier_dropout` | 0 .. 0.3 | before the last layer |
| `optimizer.learning_rate` | 1e-4 .. 1e-2 (log) | small matrices bear more than whole layers |
| `optimizer.beta1` | 0.8 .. 0.95 | how long AdamW remembers gradients |
| `optimizer.beta2` | 0.9 .. 0.999 | and their squares |
| `optimizer.epsilon` | 1e-9 .. 1e-6 (log) | keeps steps small where gradients are tiny |
| `optimizer.weight_decay` | 1e-4 .. 0.3 (log) | decoupled, as in AdamW |
| `optimizer.warmup_share` | 0 .. 0.2 | share of the full budget |
| `optimizer.schedule` | linear, cosine, constant | after the warm-up; the first two fall to zero at the full budget |
| `optimizer.gradient_clip` | 0.3 .. 3 (log) | largest norm of the whole gradient |
| `optimizer.head_learning_rate` | 1e-4 .. 1e-2 (log) | of the new classifier, which has everything to learn |
| `training.batch_size` | 8, 16, 32 | small batches take more steps from the same examples |
| `training.label_smoothing` | 0 .. 0.2 | share of the target spread over all classes |
| `training.balance` | none, weights, focal, sampling | where classes are of unlike size; `none` where they are alike |
| `pretraining.epochs` | 0, 0.5, 1, 2, 4, 8 | passes of a self-supervised stage; 0 without unlabelled texts |
| `pretraining.learning_rate` | 0.0001, 0.0005 | its peak |
| `pretraining.mask_share` | 0.15 | of the tokens, to be guessed; override to try others |

Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", 2022.
"""

from search_spaces.blocks import checkpoint_of, headed_adamw, pretraining, text_of, training_of
from search_spaces.dimension import FloatRange
from search_spaces.point import TARGETS, LowRank, Point, Pretrained
from search_spaces.suggest import Suggest


def lora(suggest: Suggest) -> Point:
    """Pretrained encoders that stay as they are, with small matrices trained beside theirs.

    Args:
        suggest: gives a value for each parameter.
    """
    checkpoint = checkpoint_of(suggest)
    return Point(
        text=text_of(suggest, checkpoint),
        architecture=Pretrained(
            checkpoint=checkpoint,
            frozen_share=0.0,
            hidden_dropout=0.0,
            attention_dropout=0.0,
            adapter=LowRank(
                rank=suggest.choice("adapter.rank", (4, 8, 16, 32), default=16),
                alpha=suggest.choice("adapter.alpha", (8, 16, 32, 64), default=32),
                targets=suggest.choice("adapter.targets", TARGETS, default="all"),
                dropout=suggest.real("adapter.dropout", 0.0, 0.2, default=0.05),
            ),
            classifier_dropout=suggest.real("architecture.classifier_dropout", 0.0, 0.3, default=0.1),
        ),
        optimizer=headed_adamw(suggest, rate=FloatRange(1e-4, 1e-2, 1e-3, log=True)),
        training=training_of(suggest),
        pretraining=pretraining(suggest, rates=(1e-4, 5e-4)),
    )
