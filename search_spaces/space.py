"""A space with its name, its overrides and its dimensions, as the rest of the program uses it."""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, get_args

from search_spaces.dimension import Choice, Dimension, Value
from search_spaces.errors import SpaceError
from search_spaces.point import AnyPoint
from search_spaces.suggest import Defaults, Overridden, Replay, Suggest

SpaceFunction: TypeAlias = Callable[[Suggest], AnyPoint]

ALGORITHM = "algorithm"
"""Parameter that selects the algorithm, and with it the other parameters, in a space that has several."""

NAME = re.compile(r"\w+(\.\w+)*")
"""Form of a parameter's name. Ray would turn a name with a slash into a nested mapping."""


@dataclass(frozen=True)
class Space:
    """A space function under overrides.

    Attributes:
        name: a key of `SPACES`, or `package.module:function`.
        function: the space function.
        overrides: the dimensions that replace those of the function, by parameter name.
    """

    name: str
    function: SpaceFunction
    overrides: Mapping[str, Dimension] = field(default_factory=dict)

    def ask(self, suggest: Suggest) -> AnyPoint:
        """Return the point for the values that `suggest` gives within the overrides."""
        return self.function(Overridden(suggest, self.overrides))

    def replay(self, values: Mapping[str, Value]) -> AnyPoint:
        """Return the point for values that were sampled before.

        Args:
            values: the sampled values by parameter name.

        Raises:
            SpaceError: a value is missing.
        """
        return self.ask(Replay(values))

    def dimensions(self) -> dict[str, Dimension]:
        """Return every parameter of every algorithm, in the order in which the space asks for them.

        Raises:
            SpaceError: one name stands for two ranges.
        """
        found: dict[str, Dimension] = {}
        for algorithm in self.algorithms():
            for name, dimension in self._asked(algorithm).items():
                if found.setdefault(name, dimension) != dimension:
                    raise SpaceError(f"{name!r} must have one range, but it is {found[name]} and then {dimension}")
        return found

    def algorithms(self) -> tuple[Value | None, ...]:
        """Return the algorithms of the space, the default first; `(None,)` if the space has no such choice."""
        dimension = self._asked(None).get(ALGORITHM)
        if not isinstance(dimension, Choice):
            return (None,)
        return (dimension.default, *(option for option in dimension.options if option != dimension.default))

    def defaults(self, algorithm: Value | None = None) -> dict[str, Value]:
        """Return the default values by parameter name.

        Args:
            algorithm: one of `algorithms`; None means the default algorithm, which gives the values of trial 0.
        """
        values = {name: dimension.default for name, dimension in self._asked(algorithm).items()}
        return values if algorithm is None else {**values, ALGORITHM: algorithm}

    def algorithm_defaults(self) -> dict[Value, dict[str, Value]]:
        """Return the default values of each algorithm; an empty mapping if the space has no such choice."""
        return {algorithm: self.defaults(algorithm) for algorithm in self.algorithms() if algorithm is not None}

    def default_points(self) -> list[AnyPoint]:
        """Return the default point of each algorithm, that of trial 0 first."""
        return [self.ask(_Fixed(Defaults(), _chosen(algorithm))) for algorithm in self.algorithms()]

    def documentation(self) -> str:
        """Return the docstring of the space's module, or else that of the function."""
        module = inspect.getmodule(self.function)
        return inspect.getdoc(module) or inspect.getdoc(self.function) or ""

    def problems(self) -> list[str]:
        """Return every reason why this space cannot be searched, each as one sentence; empty if there is none.

        The space is called with its defaults, then with each parameter in turn at the ends of its range.
        """
        try:
            point: object = self.ask(Defaults())
            dimensions = self.dimensions()
        except SpaceError as error:
            return [f"the space {self.name!r} cannot be used at its defaults: {error}"]
        if not isinstance(point, get_args(AnyPoint)):
            kinds = ", ".join(kind.__name__ for kind in get_args(AnyPoint))
            return [f"the space {self.name!r} must return one of search_spaces' {kinds}, not {type(point).__name__}"]
        problems = (
            problem
            for algorithm in self.algorithms()
            for name in self._asked(algorithm)
            for problem in self._problems_of(name, dimensions[name], algorithm)
        )
        return list(dict.fromkeys(problems))

    def check(self) -> None:
        """Check that this space can be searched.

        Raises:
            SpaceError: the space has problems; the message lists all of them.
        """
        if problems := self.problems():
            raise SpaceError("; ".join(problems))

    def _asked(self, algorithm: Value | None) -> dict[str, Dimension]:
        """Return the parameters that the space asks for with an algorithm; None means its default algorithm."""
        defaults = Defaults()
        self.ask(_Fixed(defaults, _chosen(algorithm)))
        if algorithm is not None:
            defaults.dimensions[ALGORITHM] = self._asked(None)[ALGORITHM]
        return defaults.dimensions

    def _problems_of(self, name: str, dimension: Dimension, algorithm: Value | None) -> Iterator[str]:
        if not NAME.fullmatch(name):
            yield f"the name {name!r} in space {self.name!r} must be words joined by dots"
        if (problem := dimension.problem()) is not None:
            yield f"the range of {name!r} in space {self.name!r} cannot be used: {problem}"
            return
        for value in dimension.extremes():
            try:
                self.ask(_Fixed(Defaults(), {**_chosen(algorithm), name: value}))
            except SpaceError as error:
                yield f"{name!r} in space {self.name!r} cannot be {value!r}: {error}"


class _Fixed(Overridden):
    """Asks `inner`, with some parameters fixed to given values."""

    def __init__(self, inner: Suggest, values: Mapping[str, Value]) -> None:
        super().__init__(inner, {name: Choice((value,), value) for name, value in values.items()})


def _chosen(algorithm: Value | None) -> dict[str, Value]:
    return {} if algorithm is None else {ALGORITHM: algorithm}
