"""Sizes that follow from others, and what is kept of a pretrained encoder."""

from dataclasses import replace

import pytest

from search_spaces import SPACES, Defaults, Kept, SpaceError

POINT = SPACES["encoder"](Defaults())


def test_widths_follow_from_heads_and_ratio():
    architecture = replace(POINT.architecture, heads=3, head_width=16, feed_forward_ratio=1.5)
    assert architecture.width == 48
    assert architecture.feed_forward_width == 72
    assert replace(architecture, feed_forward_ratio=0.001).feed_forward_width == 1


@pytest.mark.parametrize(
    ("share", "depth", "lowest", "spread"),
    [
        (1.0, 6, (0, 1, 2, 3, 4, 5), (0, 1, 2, 3, 4, 5)),
        (0.67, 6, (0, 1, 2, 3), (0, 2, 3, 5)),
        (0.33, 6, (0, 1), (0, 5)),
        (0.25, 12, (0, 1, 2), (0, 6, 11)),
        (0.01, 6, (0,), (0,)),
        (0.5, 1, (0,), (0,)),
    ],
)
def test_the_lowest_layer_always_stays_and_as_many_as_the_share_says(share, depth, lowest, spread):
    assert Kept(share, 1.0, 1.0, "lowest").layers_of(depth) == lowest
    assert Kept(share, 1.0, 1.0, "spread").layers_of(depth) == spread


def test_at_least_one_head_and_unit_stays():
    assert (Kept(1.0, 0.01, 0.01, "lowest").heads_of(12), Kept(1.0, 0.01, 0.01, "lowest").units_of(30)) == (
        1,
        1,
    )
    assert (Kept(1.0, 0.5, 0.25, "lowest").heads_of(12), Kept(1.0, 0.5, 0.25, "lowest").units_of(1536)) == (
        6,
        384,
    )


@pytest.mark.parametrize("shares", [(0.0, 1.0, 1.0), (1.0, 1.1, 1.0), (1.0, 1.0, -0.5)])
def test_a_share_that_can_be_none_is_refused(shares):
    with pytest.raises(SpaceError, match="a share to keep must be above 0 and at most 1"):
        Kept(*shares, "lowest")


def test_layers_that_nobody_knows_are_refused():
    with pytest.raises(SpaceError, match="one of lowest, spread, not 'highest'"):
        Kept(1.0, 1.0, 1.0, "highest")
