"""Transformers from scratch: what is searched can be built, and each parameter is the field of its name."""

import random
from dataclasses import fields

import pytest

from search_spaces import SPACES, Architecture, Draw, Point, Space, override_dimensions
from search_spaces.spaces.encoder import ENCODERS, INITIALIZATIONS, WIDE_INITIALIZATION

SPACE = Space("encoder", SPACES["encoder"])


def changed(**values: object) -> Point:
    return SPACE.replay({**SPACE.defaults(), **{f"architecture.{name}": value for name, value in values.items()}})


@pytest.mark.parametrize("encoder", ENCODERS)
def test_an_encoder_is_a_family_and_its_pooling(encoder):
    architecture = changed(encoder=encoder).architecture
    assert f"{architecture.family}/{architecture.pooling}" == encoder


def test_every_other_field_of_the_architecture_is_the_parameter_of_its_name():
    default = changed().architecture
    dimensions = SPACE.dimensions()
    for name in {field.name for field in fields(Architecture)} - {"family", "pooling"}:
        dimension = dimensions[f"architecture.{name}"]
        for value in dimension.extremes():
            architecture = changed(**{name: value}).architecture
            assert getattr(architecture, name) == value
            others = {field.name for field in fields(Architecture)} - {name}
            assert all(getattr(architecture, other) == getattr(default, other) for other in others)


def test_the_names_are_those_that_models_are_built_by():
    """They stand here again, because a space must not need torch."""
    from trials.models import FAMILIES
    from trials.models import INITIALIZATIONS as KNOWN
    from trials.models.family import ACTIVATIONS

    assert set(ENCODERS) == {f"{family.name}/{pooling}" for family in FAMILIES.values() for pooling in family.poolings}
    assert {*INITIALIZATIONS, WIDE_INITIALIZATION} == set(KNOWN)
    assert set(SPACE.dimensions()["architecture.activation"].options) == set(ACTIVATIONS)


def test_rotary_positions_can_split_every_head():
    assert all(width % 2 == 0 for width in SPACE.dimensions()["architecture.head_width"].options)


def test_an_initialization_for_wide_models_is_never_drawn_but_may_be_asked_for():
    points = [SPACE.ask(Draw(random.Random(seed))) for seed in range(50)]
    assert {point.architecture.initialization for point in points} == set(INITIALIZATIONS)
    dimensions, problems = override_dimensions(SPACE.dimensions(), {"architecture.initialization": "normal"}, "encoder")
    assert problems == [] and dimensions["architecture.initialization"].options == ("normal",)
