"""The space `lora`: pretrained encoders with frozen weights and trained low-rank adapters.

For large encoders this saves memory, because AdamW has no state for frozen weights. The final model has the adapters
merged into its weights.

| parameter | range | why |
|---|---|---|
| `architecture.checkpoint` | minilm | override with folders or hub ids; if several are given, they compete |
| `text.longest` | 64, 128, 256 | tokens read of a text; 512, too, where many texts are longer and there is time |
| `text.reading` | head | also `pair`, where rows have two text columns; the default if much would be cut |
| `adapter.rank` | 4, 8, 16, 32 | capacity of the adapters |
| `adapter.alpha` | 8, 16, 32, 64 | scale of the adapters, divided by the rank |
| `adapter.targets` | attention, all | the matrices of a layer that get an adapter |
| `adapter.dropout` | 0 .. 0.2 | of the adapters' inputs |
| `architecture.classifier_dropout` | 0 .. 0.3 | before the last layer |
| `optimizer.learning_rate` | 1e-4 .. 4e-3 (log) | larger than of whole layers; lower for encoders wider than 384 |
| `optimizer.beta1` | 0.8 .. 0.95 | decay of AdamW's average of gradients |
| `optimizer.beta2` | 0.9 .. 0.999 | decay of its average of squared gradients |
| `optimizer.epsilon` | 1e-9 .. 1e-6 (log) | limits steps where gradients are tiny |
| `optimizer.weight_decay` | 1e-4 .. 0.3 (log) | decoupled, as in AdamW |
| `optimizer.warmup_share` | 0 .. 0.2 | share of the full budget |
| `optimizer.schedule` | linear, cosine, constant | after the warm-up; the first two fall to zero at the full budget |
| `optimizer.gradient_clip` | 0.3 .. 3 (log) | largest norm of the whole gradient |
| `optimizer.head_learning_rate` | 1e-4 .. 1e-2 (log) | of the new classifier, which starts from random weights |
| `training.batch_size` | 8, 16, 32 | small batches take more steps from the same examples |
| `training.label_smoothing` | 0 .. 0.2 | share of the target spread over all classes |
| `training.balance` | none, weights, focal, sampling | searched if class sizes differ; `none` if they are similar |
| `pretraining.epochs` | 0, 0.5, 1, 2, 4, 8 | epochs of a self-supervised stage; 0 without unlabelled texts |
| `pretraining.learning_rate` | 0.0001, 0.0005 | peak of its learning rate |
| `pretraining.mask_share` | 0.15 | share of the tokens to predict; override to try others |

Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", 2022.
"""

from search_spaces.blocks import ADAPTER_RATE, checkpoint_of, headed_adamw, pretraining, text_of, training_of
from search_spaces.point import TARGETS, LowRank, Point, Pretrained
from search_spaces.suggest import Suggest


def lora(suggest: Suggest) -> Point:
    """Pretrained encoders with frozen weights and trained low-rank adapters.

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
        optimizer=headed_adamw(suggest, rate=ADAPTER_RATE),
        training=training_of(suggest),
        pretraining=pretraining(suggest, rates=(1e-4, 5e-4)),
    )
