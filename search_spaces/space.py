"""A space with its name, its overrides and its dimensions: what the rest of the program works with."""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from search_spaces.dimension import Choice, Dimension, Value
from search_spaces.errors import SpaceError
from search_spaces.point import Point
from search_spaces.suggest import Defaults, Overridden, Replay, Suggest

SpaceFunction: TypeAlias = Callable[[Suggest], Point]

NAME = re.compile(r"\w+(\.\w+)*")
"""What a parameter may be called. Ray would make a nested mapping of a name with a slash."""


@dataclass(frozen=True)
class Space:
    """A space function under overrides. `name` is a key of `SPACES` or `package.module:function`."""

    name: str
    function: SpaceFunction
    overrides: Mapping[str, Dimension] = field(default_factory=dict)

    def ask(self, suggest: Suggest) -> Point:
        """The point that `suggest` answers for, within the overrides."""
        return self.function(Overridden(suggest, self.overrides))

    def replay(self, values: Mapping[str, Value]) -> Point:
        """The same typed point again, from the values that were sampled for it.

        Raises:
            SpaceError: a value is missing.
        """
        return self.ask(Replay(values))

    def dimensions(self) -> dict[str, Dimension]:
        """Every parameter on the way of the defaults, in the order in which the space asks for them."""
        defaults = Defaults()
        self.ask(defaults)
        return defaults.dimensions

    def defaults(self) -> dict[str, Value]:
        """The values of trial 0."""
        return {name: dimension.default for name, dimension in self.dimensions().items()}

    def documentation(self) -> str:
        """The table of parameters in the space's module, or else the function's own docstring."""
        module = inspect.getmodule(self.function)
        return inspect.getdoc(module) or inspect.getdoc(self.function) or ""

    def problems(self) -> list[str]:
        """Every reason why this space cannot be searched, each as one sentence; empty when all is well.

        The space is run over its defaults, then with each parameter in turn at the ends of its range.
        """
        try:
            point: object = self.ask(Defaults())
            dimensions = self.dimensions()
        except SpaceError as error:
            return [f"the space {self.name!r} cannot be used at its defaults: {error}"]
        if not isinstance(point, Point):
            return [f"the space {self.name!r} must return a search_spaces.Point, not {type(point).__name__}"]
        return [problem for name, dimension in dimensions.items() for problem in self._problems_of(name, dimension)]

    def check(self) -> None:
        """Makes sure that this space can be searched.

        Raises:
            SpaceError: it cannot; the message has every reason.
        """
        if problems := self.problems():
            raise SpaceError("; ".join(problems))

    def _problems_of(self, name: str, dimension: Dimension) -> Iterator[str]:
        if not NAME.fullmatch(name):
            yield f"the name {name!r} in space {self.name!r} must be words joined by dots"
        if (problem := dimension.problem()) is not None:
            yield f"the range of {name!r} in space {self.name!r} cannot be used: {problem}"
            return
        for value in dimension.extremes():
            try:
                self.ask(Overridden(Defaults(), {name: Choice((value,), value)}))
            except SpaceError as error:
                yield f"{name!r} in space {self.name!r} cannot be {value!r}: {error}"
