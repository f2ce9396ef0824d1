"""The processes that train with this one, and a point that is worth several."""

from dataclasses import replace

import psutil

from search_spaces import SPACES, Defaults, Point, Space


def others() -> list[psutil.Process]:
    children = psutil.Process().children(recursive=True)
    return [child for child in children if child.name() == "automl-mate"]


def large_point() -> Point:
    default = Space("encoder", SPACES["encoder"]).ask(Defaults())
    model = replace(default.architecture, depth=24, heads=16, head_width=64)
    return replace(default, architecture=model, training=replace(default.training, batch_size=32))
