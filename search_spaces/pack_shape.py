"""What trials must have in common to be trained together as one program."""

from collections.abc import Mapping
from dataclasses import replace

from search_spaces.dimension import Choice, Dimension, Value
from search_spaces.point import AnyPoint, Architecture, Optimizer, Point, Training
from search_spaces.space import Space
from search_spaces.suggest import Defaults, RecordedValues, Replay

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


def values_of_shape(space: Space, values: Mapping[str, Value]) -> dict[str, Value]:
    """Return those of a point's values on which its shape depends.

    The space may be any function, so each parameter is tried with other values of its range: the shape depends on it
    where it changes, or where the space then fails.

    Args:
        space: the space.
        values: all values of a point by parameter name.
    """
    asked = _Asked(values)
    shape = pack_shape(space.ask(asked))
    return {
        name: values[name]
        for name, dimension in asked.dimensions.items()
        if any(_shape_with(space, {**values, name: other}) != shape for other in _others(dimension))
    }


class _Asked(Replay):
    """Replays values, and records the dimension of each."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        super().__init__(values)
        self.dimensions: dict[str, Dimension] = {}

    def value(self, name: str, dimension: Dimension) -> Value:
        self.dimensions[name] = dimension
        return super().value(name, dimension)


def _others(dimension: Dimension) -> tuple[Value, ...]:
    return dimension.options if isinstance(dimension, Choice) else dimension.extremes()


def _shape_with(space: Space, values: Mapping[str, Value]) -> Point | None:
    try:
        return pack_shape(space.ask(RecordedValues(Defaults(), values)))
    except Exception:  # a user's own space may raise anything
        return None
