"""What shapes a model, apart from how it is trained: weights move between two points of one shape."""

from dataclasses import fields, is_dataclass, replace
from typing import Any

from search_spaces.point import AnyPoint, Point

DROPOUT = "dropout"
"""How the fields of an architecture end that have no weights."""


def shape_of(point: AnyPoint) -> object:
    """All that two points must have in common so that one can go on training the model of the other.

    Tokens, architecture and the stage before classification, but no dropout. A model that is fitted in one go is never
    gone on with: its shape is all that it is.
    """
    if not isinstance(point, Point):
        return point
    return point.text, _without_dropout(point.architecture), point.pretraining


def _without_dropout(part: Any) -> Any:
    """The same dataclass with each dropout, in the parts that it holds too, at zero."""
    changed = {field.name: _cleared(field.name, getattr(part, field.name)) for field in fields(part)}
    return replace(part, **changed)


def _cleared(name: str, value: Any) -> Any:
    if is_dataclass(value):
        return _without_dropout(value)
    return 0.0 if name.endswith(DROPOUT) else value
