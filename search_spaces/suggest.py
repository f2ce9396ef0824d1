"""How a space asks for its values, and the answers that need no sampler: replay, defaults, random draws, overrides."""

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
        """The value of the parameter `name`, which lies within `dimension`."""

    def real(self, name: str, low: float, high: float, *, default: float, log: bool = False) -> float:
        """A real number from `low` to `high`, both included; `log` draws evenly over the exponent."""
        return float(self.value(name, FloatRange(low, high, default, log)))

    def integer(self, name: str, low: int, high: int, *, default: int, log: bool = False, step: int = 1) -> int:
        """A whole number from `low` to `high`, both included, on the grid of `step`."""
        return int(self.value(name, IntRange(low, high, default, log, step)))

    def choice(self, name: str, options: Sequence[Option], *, default: Option, free: bool = False) -> Option:
        """One of `options`, as that very object. Where `free`, an override may name others than these."""
        chosen = self.value(name, Choice(tuple(options), default, free))
        for option in options:
            if option == chosen and type(option) is type(chosen):
                return option
        # An override may offer options that the space did not list: those come back as they are, in the same type.
        return cast("Option", chosen)


class Replay(Suggest):
    """Gives back values that were sampled before.

    They are not held against the ranges, so that a study's older trials still replay after a range was narrowed.

    Raises:
        SpaceError: a parameter is asked for that `values` does not have.
    """

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values = values

    def value(self, name: str, dimension: Dimension) -> Value:
        if name not in self._values:
            raise SpaceError(f"the point to replay must have a value for {name!r}; it has: {', '.join(self._values)}")
        return self._values[name]


class Defaults(Suggest):
    """Gives every parameter its default, and notes each dimension that was asked for.

    Raises:
        SpaceError: one name is asked for twice, with different ranges.
    """

    def __init__(self) -> None:
        self.dimensions: dict[str, Dimension] = {}

    def value(self, name: str, dimension: Dimension) -> Value:
        if self.dimensions.setdefault(name, dimension) != dimension:
            raise SpaceError(f"{name!r} must have one range, but it is {self.dimensions[name]} and then {dimension}")
        return dimension.default


class Draw(Suggest):
    """Draws each parameter at random, from `generator` alone, and notes what it drew in `values`."""

    def __init__(self, generator: random.Random) -> None:
        self._generator = generator
        self.values: dict[str, Value] = {}

    def value(self, name: str, dimension: Dimension) -> Value:
        self.values[name] = self._drawn(dimension)
        return self.values[name]

    def _drawn(self, dimension: Dimension) -> Value:
        match dimension:
            case Choice(options):
                return self._generator.choice(options)
            case FloatRange(low, high, _, log):
                return dimension.nearest(self._uniform(low, high, log))
            case IntRange(low, high, _, log, step):
                if log:  # each whole number owns half a unit to either side
                    return dimension.nearest(self._uniform(low - 0.5, high + 0.5, log))
                return self._generator.randrange(low, high + 1, step)

    def _uniform(self, low: float, high: float, log: bool) -> float:
        if log:
            return math.exp(self._generator.uniform(math.log(low), math.log(high)))
        return self._generator.uniform(low, high)


class Overridden(Suggest):
    """Asks `inner`, but with some dimensions replaced: narrowed, widened, or fixed to a single value."""

    def __init__(self, inner: Suggest, overrides: Mapping[str, Dimension]) -> None:
        self._inner = inner
        self._overrides = overrides

    def value(self, name: str, dimension: Dimension) -> Value:
        return self._inner.value(name, self._overrides.get(name, dimension))


class RecordedValues(Suggest):
    """Asks `inner`, but gives the values of these parameters itself, which are then none of the space's any more."""

    def __init__(self, inner: Suggest, values: Mapping[str, Value]) -> None:
        self._inner = inner
        self._values = values

    def value(self, name: str, dimension: Dimension) -> Value:
        return self._values[name] if name in self._values else self._inner.value(name, dimension)


class Prefixed(Suggest):
    """Asks `inner`, each name with `prefix` and a dot before it; but the names in `shared` as they are."""

    def __init__(self, inner: Suggest, prefix: str, shared: Collection[str] = ()) -> None:
        self._inner = inner
        self._prefix = prefix
        self._shared = shared

    def value(self, name: str, dimension: Dimension) -> Value:
        return self._inner.value(name if name in self._shared else f"{self._prefix}.{name}", dimension)
