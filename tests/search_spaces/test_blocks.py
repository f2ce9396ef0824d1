"""Parameters that several spaces share, and the fields of a point that they end up in."""

from dataclasses import replace

import pytest

from search_spaces import Choice, Defaults, FloatRange, Overridden, Replay, Suggest
from search_spaces.blocks import (
    LAYER_RATE,
    adamw,
    balance,
    checkpoint_of,
    headed_adamw,
    is_balance,
    is_balanced,
    layered_adamw,
    pretraining,
    rate_for_width,
    text_of,
    training_of,
)
from search_spaces.point import BALANCES

RATE = FloatRange(1e-4, 1e-2, 1e-3, log=True)


def asked(block, *arguments: object, **settings: object) -> dict[str, object]:
    """The ranges that a block asks for, by parameter name."""
    defaults = Defaults()
    block(defaults, *arguments, **settings)
    return defaults.dimensions


def fixed(**values: object) -> Suggest:
    return Overridden(Defaults(), {name.replace("__", "."): Choice((value,), value) for name, value in values.items()})


@pytest.mark.parametrize(
    ("block", "settings"),
    [(adamw, {"rate": RATE, "warmup_share": 0.06}), (headed_adamw, {"rate": RATE}), (layered_adamw, {})],
)
def test_each_setting_of_the_optimizer_is_the_parameter_of_its_name(block, settings):
    """beta1 and beta2 have the same type: mixed up, nothing else would notice."""
    for name, dimension in asked(block, **settings).items():
        field = name.removeprefix("optimizer.")
        *_, other = (value for value in dimension.extremes() if value != dimension.default)
        default = block(Defaults(), **settings)
        values = {asked_for: one.default for asked_for, one in asked(block, **settings).items()}
        assert block(Replay({**values, name: other}), **settings) == replace(default, **{field: other})


def test_the_range_of_the_learning_rate_is_the_one_given():
    assert asked(adamw, rate=RATE, warmup_share=0.1)["optimizer.learning_rate"] == RATE
    assert asked(headed_adamw, rate=RATE)["optimizer.learning_rate"] == RATE
    assert adamw(Defaults(), rate=RATE, warmup_share=0.1).warmup_share == 0.1


def test_only_an_optimizer_of_whole_layers_has_a_layer_decay():
    assert headed_adamw(Defaults(), rate=RATE).layer_decay == 1.0
    assert layered_adamw(Defaults()).layer_decay < 1.0


def test_a_checkpoint_of_the_user_s_own_is_free_and_brings_its_tokenizer():
    own = fixed(architecture__checkpoint="someone/else", text__longest=64)
    assert checkpoint_of(own) == "someone/else"
    assert asked(checkpoint_of)["architecture.checkpoint"].free
    text = text_of(own, "someone/else")
    assert (text.checkpoint, text.longest) == ("someone/else", 64)


def test_without_epochs_there_is_no_stage_but_as_many_parameters():
    """A sampler models each algorithm's parameters as a fixed set."""
    assert pretraining(Defaults(), rates=(1e-3,)) is None
    stage = pretraining(fixed(pretraining__epochs=2.0), rates=(3e-3, 1e-3))
    assert (stage.epochs, stage.learning_rate, stage.mask_share) == (2.0, 3e-3, 0.15)
    assert list(asked(pretraining, rates=(1e-3,))) == [
        "pretraining.epochs",
        "pretraining.learning_rate",
        "pretraining.mask_share",
    ]


@pytest.mark.parametrize("value", BALANCES)
def test_every_balance_can_be_chosen(value):
    assert balance(fixed(training__balance=value)) == value
    assert training_of(fixed(training__balance=value)).balance == value


def test_a_model_that_is_fitted_in_one_go_knows_class_weights_alone():
    assert not is_balanced(Defaults())
    assert is_balanced(fixed(training__balance="weights"))
    assert set(asked(is_balanced)["training.balance"].options) == {"none", "weights"}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("training.balance", True),
        ("linear.training.balance", True),
        ("mytraining.balance", False),
        ("training.balance.more", False),
        ("balance", False),
    ],
)
def test_the_balance_is_known_under_the_name_of_an_algorithm_too(name, told):
    assert is_balance(name) is told


def test_rates_of_pretrained_weights_fall_with_the_width_within_limits():
    defaults = [rate_for_width(LAYER_RATE, width).default for width in (64, 256, 384, 768, 1024, 8192)]
    assert defaults == sorted(defaults, reverse=True)
    assert defaults[0] == 2 * LAYER_RATE.default and defaults[2] == LAYER_RATE.default
    assert defaults[-1] == LAYER_RATE.default / 20
    other = FloatRange(1e-4, 1e-2, 5e-4, log=True)
    assert rate_for_width(other, 768) == other
