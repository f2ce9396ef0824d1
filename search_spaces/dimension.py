"""The ranges that a parameter of a search space may take, as plain frozen data."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias, TypeGuard

Value: TypeAlias = str | int | float | bool


@dataclass(frozen=True)
class FloatRange:
    """Real numbers from `low` to `high`, both included; with `log`, values are drawn uniformly in the logarithm."""

    low: float
    high: float
    default: float
    log: bool = False

    def __contains__(self, value: object) -> bool:
        return _is_number(value) and self.low <= value <= self.high

    def __str__(self) -> str:
        return f"{self.low:g} .. {self.high:g}" + (" (log)" if self.log else "")

    def extremes(self) -> tuple[float, float]:
        """Return the smallest and the largest value."""
        return self.low, self.high

    def nearest(self, value: float) -> float:
        """Return the value of this range that is closest to `value`."""
        return min(max(value, self.low), self.high)

    def problem(self) -> str | None:
        """Return why this range or its default cannot be used; None if there is no problem."""
        if not all(map(math.isfinite, (self.low, self.high, self.default))):
            return "its bounds and default must be finite numbers"
        return _range_problem(self.low, self.high, self.default, self.log)


@dataclass(frozen=True)
class IntRange:
    """Whole numbers `low`, `low + step`, ... up to `high`.

    With `log`, which needs step 1, values are drawn uniformly in the logarithm.
    """

    low: int
    high: int
    default: int
    log: bool = False
    step: int = 1

    def __contains__(self, value: object) -> bool:
        if not _is_number(value) or not self.low <= value <= self.high:
            return False
        return (value - self.low) % self.step == 0

    def __str__(self) -> str:
        step = f" step {self.step}" if self.step != 1 else ""
        return f"{self.low} .. {self.high}{step}" + (" (log)" if self.log else "")

    def extremes(self) -> tuple[int, int]:
        """Return the smallest and the largest value on the grid of `step`; the latter may lie below `high`."""
        return self.low, self.low + (self.high - self.low) // self.step * self.step

    def nearest(self, value: float) -> int:
        """Return the value on the grid that is closest to `value`."""
        smallest, largest = self.extremes()
        steps = round((value - self.low) / self.step)
        return min(max(self.low + steps * self.step, smallest), largest)

    def problem(self) -> str | None:
        """Return why this range or its default cannot be used; None if there is no problem."""
        if self.step < 1:
            return f"its step must be at least 1, not {self.step}"
        if self.log and self.step != 1:
            return "a log range must have step 1"
        if (problem := _range_problem(self.low, self.high, self.default, self.log)) is not None:
            return problem
        if self.default not in self:
            return f"its default {self.default} is not on the grid {self}"
        return None


@dataclass(frozen=True)
class Choice:
    """One of `options`, without an order.

    Attributes:
        options: the possible values.
        default: the value of trial 0.
        free: whether an override may name values that are not among the options.
        more: values that are only possible if an override names them.
    """

    options: tuple[Value, ...]
    default: Value
    free: bool = False
    more: tuple[Value, ...] = ()

    def __contains__(self, value: object) -> bool:
        return any(_same(value, option) for option in self.options)

    def __iter__(self) -> Iterator[Value]:
        return iter(self.options)

    def __str__(self) -> str:
        return ", ".join(str(option) for option in self.options)

    def extremes(self) -> tuple[Value, ...]:
        """Return every option, because options have no order."""
        return self.options

    def problem(self) -> str | None:
        """Return why these options or their default cannot be used; None if there is no problem."""
        if not self.options:
            return "it has no options"
        if len({(type(option), option) for option in self.options}) != len(self.options):
            return f"an option is listed twice: {self}"
        if self.default not in self:
            return f"its default {self.default!r} is not among: {self}"
        return None


Dimension: TypeAlias = FloatRange | IntRange | Choice


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _same(value: object, option: Value) -> bool:
    """Return whether two options are the same: 1 and True are equal in Python, but different options."""
    return value == option and isinstance(value, bool) == isinstance(option, bool)


def _range_problem(low: float, high: float, default: float, log: bool) -> str | None:
    if low > high:
        return f"it is empty: its low end {low:g} is above its high end {high:g}"
    if log and low <= 0:
        return f"a log range must start above 0, not at {low:g}"
    if not low <= default <= high:
        return f"its default {default:g} is not within {low:g} .. {high:g}"
    return None
