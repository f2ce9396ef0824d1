"""A space with its name, its overrides and its dimensions: what the rest of the program works with."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from search_spaces.dimension import Dimension, Value
from search_spaces.errors import SpaceError
from search_spaces.point import Point
from search_spaces.suggest import Defaults, Overridden, Replay, Suggest

SpaceFunction: TypeAlias = Callable[[Suggest], Point]


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

    def check(self) -> None:
        """Runs the space once over its defaults.

        Raises:
            SpaceError: a range is empty or unusable, or the function gives no `Point`.
        """
        defaults = Defaults()
        point = self.ask(defaults)
        if not isinstance(point, Point):
            raise SpaceError(f"the space {self.name!r} must return a search_spaces.Point, not {type(point).__name__}")
        for name, dimension in defaults.dimensions.items():
            if (problem := dimension.problem()) is not None:
                raise SpaceError(f"the range of {name!r} in space {self.name!r} cannot be used: {problem}")
