from dataclasses import replace

import pytest

from search_spaces import SPACES, Space, shape_of


def point(space: str, **values: object):
    made = Space(space, SPACES[space])
    return made.replay({**made.defaults(), **values})


@pytest.mark.parametrize("space", ["encoder", "finetune", "lora"])
def test_training_and_dropouts_leave_the_shape(space):
    others = {
        "optimizer.learning_rate": 5e-3,
        "optimizer.schedule": "cosine",
        "training.batch_size": 32,
        "architecture.classifier_dropout": 0.3,
    }
    assert shape_of(point(space, **others)) == shape_of(point(space))


def test_the_dropout_of_an_adapter_leaves_the_shape_and_its_rank_does_not():
    assert shape_of(point("lora", **{"adapter.dropout": 0.2})) == shape_of(point("lora"))
    assert shape_of(point("lora", **{"adapter.rank": 8})) != shape_of(point("lora"))


@pytest.mark.parametrize(
    ("space", "name", "value"),
    [
        ("encoder", "text.vocabulary_size", 4000),
        ("encoder", "architecture.depth", 3),
        ("encoder", "architecture.activation", "relu"),
        ("finetune", "text.longest", 64),
        ("finetune", "architecture.frozen_share", 0.5),
    ],
)
def test_tokens_and_architecture_are_the_shape(space, name, value):
    assert shape_of(point(space, **{name: value})) != shape_of(point(space))


def test_a_model_that_is_fitted_in_one_go_shares_its_shape_with_none():
    default = point("linear")
    assert shape_of(default) == default
    assert shape_of(replace(default, inverse_penalty=7.0)) != shape_of(default)
