"""Whether the grid of a space is small enough to be gone through."""

import math

from automl.experiment.balance import is_balance
from search_spaces import Space
from search_spaces.grid import MOST_POINTS, grids_of

GRID = "grid"
"""The sampler that goes through it."""

MENTIONED = 3
"""Parameters that are named as those to narrow."""

LONGEST_NUMBER = 10**9
"""From here on a size is told by its digits."""


def grid_problems(space: Space) -> list[str]:
    """Why the space cannot be searched as a grid, as one sentence; empty where it can.

    What is done about classes of unlike size counts only where it is asked for: as a rule the data settles it later.
    """
    counts: dict[str, int] = {}
    points = 0
    for grid in grids_of(space):
        own = {
            name: len(values) for name, values in grid.values.items() if name in space.overrides or not is_balance(name)
        }
        counts |= own
        points += math.prod(own.values())
    if points <= MOST_POINTS:
        return []
    widest = sorted(counts, key=lambda name: -counts[name])[:MENTIONED]
    named = ", ".join(f"{name} ({counts[name]} values)" for name in widest)
    size = f"{points:,}" if points < LONGEST_NUMBER else f"more than 10^{int(math.log10(points))}"
    return [
        f"the grid of the space {space.name!r} must have at most {MOST_POINTS:,} points, but has {size}; fix or narrow "
        f"more parameters with space.overrides, such as {named}, or choose another sampler"
    ]
