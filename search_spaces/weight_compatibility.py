"""The part of a point that decides the shape of its model: weights can move between points of equal shape."""

from dataclasses import fields, is_dataclass, replace
from typing import Any

from search_spaces.point import AnyPoint, Point

DROPOUT = "dropout"
"""Suffix of the fields of an architecture that have no weights."""


def shape_of(point: AnyPoint) -> object:
    """Return what two points must have in common so that one can continue to train the model of the other.

    A model that is fitted in one go is never continued, so its shape is the whole point.

    Args:
        point: the point of a trial.

    Returns:
        A comparable object: text, architecture without dropouts, and pretraining stage of a `Point`; else the point.
    """
    if not isinstance(point, Point):
        return point
    return point.text, _without_dropout(point.architecture), point.pretraining


def _without_dropout(part: Any) -> Any:
    """Return the dataclass with every dropout, also in nested dataclasses, set to zero."""
    changed = {field.name: _cleared(field.name, getattr(part, field.name)) for field in fields(part)}
    return replace(part, **changed)


def _cleared(name: str, value: Any) -> Any:
    if is_dataclass(value):
        return _without_dropout(value)
    return 0.0 if name.endswith(DROPOUT) else value
