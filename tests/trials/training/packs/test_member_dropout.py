from dataclasses import replace

import pytest
import torch
from torch import nn
from torch.func import functional_call, vmap

from tests.trials.training.packs.toy_pack import COMPUTE, DATA, still_point, toy_model
from trials.models import FAMILIES
from trials.training import build
from trials.training.packs.member_dropout import (
    CLASSIFIER,
    HIDDEN,
    MemberDropout,
    config_for,
    marked,
    rate_for,
    use_member_dropout,
)

ARCHITECTURE = replace(still_point().architecture, hidden_dropout=0.3, classifier_dropout=0.6)


def test_each_member_drops_at_its_own_rate_and_keeps_the_mean():
    torch.manual_seed(0)
    dropout, rates = MemberDropout(HIDDEN), torch.tensor([0.0, 0.2, 0.7])
    inputs = torch.ones(3, 20_000)
    outputs = vmap(lambda rate, own: functional_call(dropout, {"rate": rate}, own), randomness="different")(
        rates, inputs
    )
    assert torch.equal(outputs[0], inputs[0])
    for output, rate in zip(outputs[1:], rates[1:], strict=True):
        assert (output == 0).float().mean() == pytest.approx(float(rate), abs=0.02)
        assert output.max() == pytest.approx(1 / (1 - float(rate)), rel=1e-5)


def test_nothing_is_dropped_in_evaluation_or_where_no_member_does():
    dropout, inputs = MemberDropout(0.5), torch.ones(100)
    assert not torch.equal(dropout(inputs), inputs)
    dropout.is_off = True
    assert dropout(inputs) is inputs
    dropout.is_off = False
    assert dropout.eval()(inputs) is inputs
    assert MemberDropout(0.0).is_off


def test_inputs_keep_their_format():
    assert MemberDropout(0.5)(torch.ones(8, dtype=torch.bfloat16)).dtype == torch.bfloat16


def test_every_dropout_of_a_model_is_replaced_once_and_named_by_its_buffer():
    model = nn.Sequential(nn.Linear(2, 2), nn.Dropout(HIDDEN), nn.Sequential(nn.Dropout(0.25)))
    replaced = use_member_dropout(model)
    assert {name: module.p for name, module in replaced.items()} == {"1.rate": HIDDEN, "2.0.rate": 0.25}
    assert dict(model.named_buffers()).keys() == replaced.keys()
    assert not any(name.endswith("rate") for name in model.state_dict()), "a saved model has no rates of members"


@pytest.mark.parametrize("family", FAMILIES)
def test_the_rates_of_every_family_are_found_and_its_config_becomes_that_of_the_member(family):
    point = still_point()
    pooling = FAMILIES[family].poolings[0]
    architecture = replace(point.architecture, family=family, pooling=pooling)
    model = toy_model(replace(point, architecture=architecture))
    marks = {dropout.p for dropout in use_member_dropout(model).values()}
    assert marks - {0.0} <= {HIDDEN, CLASSIFIER}
    assert CLASSIFIER in marks
    own = replace(architecture, hidden_dropout=0.3, classifier_dropout=0.6)
    alone = build(own, DATA, COMPUTE)
    assert config_for(model.config, own).to_dict() == alone.config.to_dict()
    assert HIDDEN in model.config.to_dict().values(), "the config of the pack stays as it was"


def test_a_mark_stands_for_the_members_rate_and_any_other_rate_for_itself():
    assert (rate_for(HIDDEN, ARCHITECTURE), rate_for(CLASSIFIER, ARCHITECTURE)) == (0.3, 0.6)
    assert rate_for(0.1, ARCHITECTURE) == 0.1
    assert marked(ARCHITECTURE) == replace(ARCHITECTURE, hidden_dropout=HIDDEN, classifier_dropout=CLASSIFIER)
