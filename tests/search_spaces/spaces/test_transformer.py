"""Transformers alone, from a checkpoint or from scratch."""

import random

from search_spaces import ALGORITHM, CHECKPOINT, SPACES, Choice, Draw, Point, Pretrained, Space

SPACE = Space("transformer", SPACES["transformer"])


def test_trial_0_is_the_whole_checkpoint():
    point = SPACE.replay(SPACE.defaults())
    assert isinstance(point, Point) and isinstance(point.architecture, Pretrained)
    assert point.architecture.kept is not None and point.architecture.kept.depth_share == 1.0


def test_every_trial_is_a_transformer_and_depth_heads_rate_and_betas_differ():
    points = [SPACE.ask(Draw(random.Random(seed))) for seed in range(50)]
    assert all(isinstance(point, Point) for point in points)
    assert {isinstance(point.architecture, Pretrained) for point in points} == {True, False}
    for pretrained in (True, False):
        own = [point for point in points if isinstance(point.architecture, Pretrained) is pretrained]
        for name in ("learning_rate", "beta1", "beta2"):
            assert len({getattr(point.optimizer, name) for point in own}) == len(own)
        parts = [point.architecture.kept if pretrained else point.architecture for point in own]
        depths, heads = ("depth_share", "heads_share") if pretrained else ("depth", "heads")
        assert all(len({getattr(part, name) for part in parts}) > 1 for name in (depths, heads))


def test_the_checkpoint_has_one_name():
    space = Space("transformer", SPACES["transformer"], {CHECKPOINT: Choice(("mine",), "mine")})
    assert space.default_points()[0].architecture.checkpoint == "mine"
    assert space.defaults()[ALGORITHM] == "trimmed"
