import pytest

from search_spaces import SPACES, Space
from search_spaces.point_names import algorithm_of, named_parameters, point_name, short_number


@pytest.mark.parametrize("name", sorted(SPACES.keys() - {"auto", "transformer"}))
def test_the_space_of_one_algorithm_is_known_by_its_parameters(name: str) -> None:
    defaults = Space(name, SPACES[name]).defaults()
    assert algorithm_of(defaults) == name
    assert point_name(defaults).startswith(name.replace("_", " "))
    assert named_parameters(defaults) & defaults.keys()


@pytest.mark.parametrize(
    ("params", "name"),
    [
        (
            {"algorithm": "finetune", "architecture.checkpoint": "minilm", "finetune.optimizer.learning_rate": 2e-4},
            "finetune minilm lr 2e-4",
        ),
        (
            {"architecture.depth": 4, "architecture.heads": 8, "optimizer.learning_rate": 1e-3},
            "encoder d4 h8 lr 1e-3",
        ),
        (
            {"algorithm": "linear", "linear.text.characters": 4, "linear.classifier.inverse_penalty": 1.0},
            "linear word+char C 1",
        ),
        ({"text.words": 2, "text.characters": 0, "classifier.inverse_penalty": 277.4}, "linear word C 277"),
        (
            {
                "algorithm": "trimmed",
                "architecture.checkpoint": "/models/my-own-encoder/",
                "trimmed.architecture.depth_share": 0.67,
                "trimmed.architecture.heads_share": 1.0,
                "trimmed.optimizer.learning_rate": 3.21e-5,
            },
            "trimmed my-own-encoder 67% of layers lr 3.2e-5",
        ),
        (
            {
                "algorithm": "encoder",
                "encoder.architecture.depth": 2,
                "encoder.optimizer.learning_rate": 0.01,
                "encoder.pretraining.epochs": 4.0,
            },
            "encoder d2 lr 0.01 mlm 4",
        ),
        ({"text.words": 2, "text.characters": 5, "text.reading": "apart"}, "linear word+char apart"),
        ({"text.words": 2, "text.characters": 5, "text.reading": "whole"}, "linear word+char"),
        (
            {
                "algorithm": "finetune",
                "architecture.checkpoint": "minilm",
                "finetune.text.reading": "pair",
                "finetune.text.longest": 512,
                "finetune.optimizer.learning_rate": 2e-4,
            },
            "finetune minilm pair 512 tokens lr 2e-4",
        ),
        ({"size": 3, "my.rate": 0.5}, "size 3, rate 0.5"),
        ({}, "point"),
    ],
)
def test_a_point_is_named_by_what_matters_most(params, name) -> None:
    assert point_name(params) == name


def test_the_checkpoint_may_be_left_out() -> None:
    params = {"algorithm": "finetune", "architecture.checkpoint": "a/b", "finetune.optimizer.learning_rate": 2e-4}
    assert point_name(params) == "finetune b lr 2e-4"
    assert point_name(params, with_checkpoint=False) == "finetune lr 2e-4"
    long = point_name(params | {"architecture.checkpoint": "someone/an-encoder-with-a-very-long-name"})
    assert long == "finetune an-encoder-with-a-very-… lr 2e-4"


def test_long_values_of_a_space_of_your_own_are_cut() -> None:
    assert point_name({"folder": "/a" * 400}) == f"folder {'/a' * 46}…"


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (0.05, "0.05"), (1e-8, "1e-8"), (123.4, "123"), (1234.0, "1.2e3"), (True, "True")]
)
def test_numbers_are_short(value, text) -> None:
    assert short_number(value) == text
