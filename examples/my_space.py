"""A search space of your own: one function that asks for what may vary, and returns a Point."""

from dataclasses import replace

from search_spaces import Point, Suggest
from search_spaces.spaces import encoder


def wide_and_shallow(suggest: Suggest) -> Point:
    """The encoder space, but one layer deep and as wide as it likes."""
    point = encoder(suggest)
    head_width = suggest.choice("architecture.wide_head_width", (32, 64, 96), default=64)
    return replace(point, architecture=replace(point.architecture, depth=1, head_width=head_width))
