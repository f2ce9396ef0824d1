"""What trials must have in common to be trained together as one program."""

from dataclasses import replace

from search_spaces.point import AnyPoint, Architecture, Optimizer, Point, Training

ANY_OPTIMIZER = Optimizer(
    learning_rate=1.0,
    beta1=0.0,
    beta2=0.0,
    epsilon=1.0,
    weight_decay=0.0,
    warmup_share=0.0,
    schedule="constant",
    gradient_clip=1.0,
)


def pack_shape(point: AnyPoint) -> Point | None:
    """Return the point with a neutral value for all that may differ between the members of a pack.

    Two points with equal shapes can be trained as one program. Optimizer, schedule, label smoothing, class balance,
    first weights and dropout of hidden states may differ. Dropout of attention weights may not, because it is an
    argument of the attention kernel; nor whether new weights have a learning rate of their own.

    Args:
        point: the point of a trial.

    Returns:
        None if a trial of this point is never a member of a pack: it is fitted without training steps, or has a
        self-supervised stage.
    """
    if not isinstance(point, Point) or point.pretraining is not None:
        return None
    architecture = replace(point.architecture, hidden_dropout=0.0, classifier_dropout=0.0)
    if isinstance(architecture, Architecture):
        architecture = replace(architecture, initialization="normal")
    has_head_rate = point.optimizer.head_learning_rate is not None
    optimizer = replace(ANY_OPTIMIZER, head_learning_rate=1.0 if has_head_rate else None)
    return Point(point.text, architecture, optimizer, Training(point.training.batch_size, label_smoothing=0.0))
