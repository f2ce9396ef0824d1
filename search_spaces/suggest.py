"""How a space requests its values, and the suggesters that need no sampler: replay, defaults, random, overrides."""

import math
import random
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar, cast

from search_spaces.dimension import Choice, Dimension, FloatRange, IntRange, Value
from search_spaces.errors import SpaceError

Option = TypeVar("Option", str, int, float, bool)


class Suggest(ABC):
    """Gives a value for each named parameter of a space.

    A space is one function, `space(suggest) -> Point`. The driver calls it to sample a point and the worker calls it
    again to replay that point, so both see the same typed object. Names are dotted (`optimizer.learning_rate`); the
    default is the value that trial 0 takes.
    """

    @abstractmethod
    def value(self, name: str, dimension: Dimension) -> Value:
        """Return the value of one parameter.

        Args:
            name: dotted name of the parameter.
            dimension: the range that the space declares for it.
        """

    def real(self, name: str, low: float, high: float, *, default: float, log: bool = False) -> float:
        """Return a real number from `low` to `high`, both included.

        Args:
            name: dotted name of the parameter.
            low: smallest value.
            high: largest value.
            default: the value of trial 0.
            log: whether values are drawn uniformly in the logarithm.
        """
        return float(self.value(name, FloatRange(low, high, default, log)))

    def integer(self, name: str, low: int, high: int, *, default: int, log: bool = False, step: int = 1) -> int:
        """Return a whole number from `low` to `high`, both included, on the grid of `step`.

        Args:
            name: dotted name of the parameter.
            low: smallest value.
            high: largest value; the grid may end below it.
            default: the value of trial 0.
            log: whether values are drawn uniformly in the logarithm; only with step 1.
            step: distance between two values, at least 1.
        """
        return int(self.value(name, IntRange(low, high, default, log, step)))

    def choice(
        self,
        name: str,
        options: Sequence[Option],
        *,
        default: Option,
        free: bool = False,
        more: Sequence[Option] = (),
    ) -> Option:
        """Return one of `options`, as the same object.

        Args:
            name: dotted name of the parameter.
            options: the possible values, without an order.
            default: the value of trial 0.
            free: whether an override may name values that are not among the options.
            more: values that are only possible if an override names them.
        """
        chosen = self.value(name, Choice(tuple(options), default, free, tuple(more)))
        for option in options:
            if option == chosen and type(option) is type(chosen):
                return option
        # An override may add options that the space does not list; they are returned unchanged, in the same type.
        return cast("Option", chosen)


class Replay(Suggest):
    """Returns values that were sampled before.

    Values are not checked against the ranges, so that older trials of a study replay after a range was narrowed.

    Args:
        values: the sampled values by parameter name.
    """

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values = values

    def value(self, name: str, dimension: Dimension) -> Value:
        """Return the sampled value.

        Args:
            name: dotted name of the parameter.
            dimension: ignored.

        Raises:
            SpaceError: there is no value for this parameter.
        """
        if name not in self._values:
            raise SpaceError(f"the point to replay must have a value for {name!r}; it has: {', '.join(self._values)}")
        return self._values[name]


class Defaults(Suggest):
    """Returns the default of every parameter, and records each dimension in `dimensions`."""

    def __init__(self) -> None:
        self.dimensions: dict[str, Dimension] = {}

    def value(self, name: str, dimension: Dimension) -> Value:
        """Return the default.

        Args:
            name: dotted name of the parameter.
            dimension: the range, which is recorded.

        Raises:
            SpaceError: the name was asked for before, with a different range.
        """
        if self.dimensions.setdefault(name, dimension) != dimension:
            raise SpaceError(f"{name!r} must have one range, but it is {self.dimensions[name]} and then {dimension}")
        return dimension.default


class Draw(Suggest):
    """Draws each parameter at random, and records the drawn values in `values`.

    Args:
        generator: the only source of randomness.
    """

    def __init__(self, generator: random.Random) -> None:
        self._generator = generator
        self.values: dict[str, Value] = {}

    def value(self, name: str, dimension: Dimension) -> Value:
        """Draw a value.

        Args:
            name: dotted name of the parameter.
            dimension: the range to draw from; its default is ignored.
        """
        self.values[name] = self._drawn(dimension)
        return self.values[name]

    def _drawn(self, dimension: Dimension) -> Value:
        match dimension:
            case Choice(options):
                return self._generator.choice(options)
            case FloatRange(low, high, _, log):
                return dimension.nearest(self._uniform(low, high, log))
            case IntRange(low, high, _, log, step):
                if log:  # each whole number stands for half a unit on either side
                    return dimension.nearest(self._uniform(low - 0.5, high + 0.5, log))
                return self._generator.randrange(low, high + 1, step)

    def _uniform(self, low: float, high: float, log: bool) -> float:
        if log:
            return math.exp(self._generator.uniform(math.log(low), math.log(high)))
        return self._generator.uniform(low, high)


class Overridden(Suggest):
    """Asks another suggester, with some dimensions replaced: narrowed, widened, or fixed to a single value.

    Args:
        inner: the suggester that answers.
        overrides: the new dimensions by parameter name.
    """

    def __init__(self, inner: Suggest, overrides: Mapping[str, Dimension]) -> None:
        self._inner = inner
        self._overrides = overrides

    def value(self, name: str, dimension: Dimension) -> Value:
        """Return the value that `inner` gives within the override.

        Args:
            name: dotted name of the parameter.
            dimension: the range if there is no override.
        """
        return self._inner.value(name, self._overrides.get(name, dimension))


class RecordedValues(Suggest):
    """Returns recorded values for some parameters, and asks another suggester for the rest.

    `inner` never sees the parameters that have a recorded value.

    Args:
        inner: the suggester that answers for all other parameters.
        values: the recorded values by parameter name.
    """

    def __init__(self, inner: Suggest, values: Mapping[str, Value]) -> None:
        self._inner = inner
        self._values = values

    def value(self, name: str, dimension: Dimension) -> Value:
        """Return the recorded value, else that of `inner`.

        Args:
            name: dotted name of the parameter.
            dimension: the range; ignored for a recorded value.
        """
        return self._values[name] if name in self._values else self._inner.value(name, dimension)


class Prefixed(Suggest):
    """Asks another suggester with a prefix before each name.

    Args:
        inner: the suggester that answers.
        prefix: what stands before each name, without the dot.
        shared: names that keep their form, without the prefix.
    """

    def __init__(self, inner: Suggest, prefix: str, shared: Collection[str] = ()) -> None:
        self._inner = inner
        self._prefix = prefix
        self._shared = shared

    def value(self, name: str, dimension: Dimension) -> Value:
        """Return the value that `inner` has under the prefixed name.

        Args:
            name: name of the parameter without the prefix.
            dimension: the range of the parameter.
        """
        return self._inner.value(name if name in self._shared else f"{self._prefix}.{name}", dimension)
