"""What members of a pack must share, in every space and in those of users."""

import random
from dataclasses import replace

import pytest

from search_spaces import ALGORITHM, SPACES, Defaults, Draw, Point, RecordedValues, Space, Suggest
from search_spaces.pack_shape import pack_shape, values_of_shape

MAY_DIFFER = (
    "architecture.checkpoint",  # a single one, if nobody overrides it
    "architecture.hidden_dropout",
    "architecture.classifier_dropout",
    "architecture.initialization",
    "optimizer.",
    "pretraining.learning_rate",  # of a stage that none of them has
    "pretraining.mask_share",
    "text.longest",  # of a model from scratch, a single one, if nobody overrides it
    "text.reading",  # likewise
    "training.balance",
    "training.label_smoothing",
)
SHAPE = {
    "encoder": {
        *("activation", "attention_dropout", "depth", "encoder", "feed_forward_ratio", "head_width", "heads"),
        *("epochs", "vocabulary_size", "batch_size"),
    },
    "subnet": {
        *("attention_dropout", "depth_share", "feed_forward_share", "heads_share", "layers"),
        *("epochs", "longest", "batch_size"),
    },
    "finetune": {"attention_dropout", "frozen_share", "epochs", "longest", "batch_size"},
    "lora": {"alpha", "dropout", "rank", "targets", "epochs", "longest", "batch_size"},
    "trimmed": {"depth_share", "heads_share", "layers", "longest", "batch_size"},
}
"""Last parts of the names of the parameters that decide on the shape."""


def drawn(space: Space, seed: int) -> tuple[Point, dict]:
    draw = Draw(random.Random(seed))
    return space.ask(draw), draw.values


def members(name: str) -> list[tuple[Space, Point, dict]]:
    """Points of a space that can be members of a pack."""
    space = Space(name, SPACES[name])
    return [(space, point, values) for point, values in (drawn(space, seed) for seed in range(40)) if pack_shape(point)]


@pytest.mark.parametrize("name", SPACES)
def test_which_values_decide_on_the_shape(name):
    for space, _, values in members(name):
        algorithm = values.get(ALGORITHM, name)
        fixed = values_of_shape(space, values)
        assert {full.rpartition(".")[2] for full in fixed} - {ALGORITHM} == SHAPE[algorithm]
        for free in values.keys() - fixed.keys():
            assert free.removeprefix(f"{algorithm}.").startswith(MAY_DIFFER), free


@pytest.mark.parametrize("name", SPACES)
def test_points_that_share_these_values_have_one_shape_whatever_the_others_are(name):
    for seed, (space, point, values) in enumerate(members(name)):
        mate = space.ask(RecordedValues(Draw(random.Random(seed)), values_of_shape(space, values)))
        assert pack_shape(mate) == pack_shape(point)
        assert mate != point


@pytest.mark.parametrize("name", ["linear", "probe", "large_probe"])
def test_what_is_fitted_without_training_steps_is_never_a_member(name):
    assert members(name) == []


def test_a_self_supervised_stage_keeps_a_trial_alone():
    space = Space("encoder", SPACES["encoder"])
    values = dict(space.defaults())
    assert pack_shape(space.replay(values)) is not None
    assert pack_shape(space.replay({**values, "pretraining.epochs": 1.0})) is None


def test_a_checkpoint_decides_where_several_are_searched():
    one = Space("finetune", SPACES["finetune"])
    two = replace(one, overrides={"architecture.checkpoint": _checkpoints(one)})
    assert "architecture.checkpoint" not in values_of_shape(one, one.defaults())
    assert values_of_shape(two, two.defaults())["architecture.checkpoint"] == "minilm"


def _checkpoints(space):
    return replace(space.dimensions()["architecture.checkpoint"], options=("minilm", "mpnet"))


def test_new_weights_with_a_rate_of_their_own_make_another_shape():
    point = Space("finetune", SPACES["finetune"]).ask(Defaults())
    single = replace(point, optimizer=replace(point.optimizer, head_learning_rate=None, layer_decay=1.0))
    other = replace(point, optimizer=replace(point.optimizer, head_learning_rate=0.123))
    assert pack_shape(single) != pack_shape(point) == pack_shape(other)


def own_space(suggest: Suggest) -> Point:
    """Parameters that only some points have, in a space that accepts no other ones."""
    point = SPACES["encoder"](Defaults())
    kind = suggest.choice("kind", ("small", "large"), default="small")
    if kind == "small":
        depth = suggest.integer("depth_of_small", 1, 3, default=2)
    else:
        depth = suggest.integer("depth_of_large", 4, 6, default=5)
        if suggest.real("odd", 0.0, 1.0, default=0.2) > 0.5:
            raise RuntimeError("large models are not odd")
    rate = suggest.real("rate", 1e-4, 1e-2, default=1e-3, log=True)
    return replace(
        point,
        architecture=replace(point.architecture, depth=depth),
        optimizer=replace(point.optimizer, learning_rate=rate),
    )


def test_conditional_parameters_of_a_users_own_space():
    space = Space("own", own_space)
    small = {"kind": "small", "depth_of_small": 3, "rate": 0.002}
    assert values_of_shape(space, small) == {"kind": "small", "depth_of_small": 3}
    large = {"kind": "large", "depth_of_large": 4, "odd": 0.1, "rate": 0.002}
    fixed = {"kind": "large", "depth_of_large": 4, "odd": 0.1}
    assert values_of_shape(space, large) == fixed, "where the space fails, the value is kept"


def test_a_parameter_with_a_single_value_does_not_decide():
    def narrow(suggest: Suggest) -> Point:
        point = SPACES["encoder"](Defaults())
        return replace(point, architecture=replace(point.architecture, depth=suggest.integer("depth", 2, 2, default=2)))

    assert values_of_shape(Space("narrow", narrow), {"depth": 2}) == {}
