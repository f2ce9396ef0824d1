from itertools import pairwise

import numpy as np
import pytest
import torch

from tests.trials.toy import toy_point
from tests.trials.training.packs.toy_pack import BUDGET, COMPUTE, DATA, pack_of, still_point, train
from trials.errors import Diverged
from trials.training import Trainer, build
from trials.training.packs.stacked_weights import WEIGHT

POINT = still_point(warmup_share=0.5, learning_rate=0.01)


def test_a_member_takes_the_batches_of_its_portion_and_then_pauses():
    _, (member,) = pack_of([POINT], places=1)
    member.begin(40)
    sizes, factors = [], []
    while not member.is_due:
        rows, factor = member.next_batch()
        sizes.append(len(rows))
        factors.append(factor)
    assert sum(sizes) == member.examples == 40
    assert max(sizes) <= POINT.training.batch_size
    assert all(low < high for low, high in pairwise(factors)), "it warms up"
    assert member.learning_rate == pytest.approx(0.01 * factors[-1])
    rows, factor = member.next_batch()
    assert (len(rows), factor, member.examples) == (0, 0.0, 40)


def test_a_batch_whose_step_was_not_made_comes_again():
    _, (member,) = pack_of([POINT], places=1)
    member.begin(80)
    member.next_batch()
    rows, factor = member.next_batch()
    seen = member.examples
    member.put_back(rows)
    again, its = member.next_batch()
    assert np.array_equal(rows, again)
    assert (its, member.examples) == (factor, seen)


def test_a_loss_that_is_not_finite_names_the_examples_and_the_rate():
    _, (member,) = pack_of([POINT], places=1)
    member.require_finite(3.0)
    with pytest.raises(Diverged, match="no longer finite after 0 examples"):
        member.require_finite(float("nan"))


def test_a_member_goes_on_from_its_state_at_another_place_of_another_pack():
    points = [still_point(learning_rate=rate) for rate in (1e-3, 5e-3)]
    pack, (_, second) = pack_of(points)
    train(pack, 50, 50)
    saved = {name: tensor.clone() for name, tensor in second.saved().items()}
    expected = train(pack, 50, 50)[1]
    other, (resumed,) = pack_of([points[1]], places=2)
    resumed.resume(saved, 50)
    assert train(other, 50) == pytest.approx([expected], rel=1e-4)
    for name, tensor in second.saved().items():
        torch.testing.assert_close(resumed.saved()[name], tensor, rtol=1e-3, atol=1e-5, msg=name)


def alone() -> Trainer:
    model = build(POINT.architecture, DATA, COMPUTE)
    return Trainer(model, POINT, DATA.train, budget=BUDGET, seed=3, compute=COMPUTE)


def test_the_states_of_members_and_of_trials_alone_are_exchangeable():
    pack, (member,) = pack_of([POINT], places=1)
    train(pack, 50)
    saved = {name: tensor.clone() for name, tensor in member.saved().items()}
    trainer = Trainer(
        build(POINT.architecture, DATA, COMPUTE), POINT, DATA.train, budget=BUDGET, seed=3, compute=COMPUTE
    )
    trainer.train(50)
    assert trainer.saved().keys() == saved.keys()
    trainer = Trainer(
        build(POINT.architecture, DATA, COMPUTE), POINT, DATA.train, budget=BUDGET, seed=3, compute=COMPUTE
    )
    trainer.resume(saved, 50)
    assert trainer.train(50) == pytest.approx(train(pack, 50)[0], rel=1e-4)


def test_the_state_of_another_model_is_refused_and_changes_nothing():
    other, (wide,) = pack_of([toy_point("bert/cls")], places=1)
    train(other, 20)
    pack, (member,) = pack_of([POINT], places=1)
    before = pack.model.weights.of(0, WEIGHT)
    before = {name: weight.clone() for name, weight in before.items()}
    with pytest.raises(ValueError, match="those of another model"):
        member.resume(wide.saved(), 20)
    assert member.examples == 0
    assert all(torch.equal(weight, before[name]) for name, weight in pack.model.weights.of(0, WEIGHT).items())
