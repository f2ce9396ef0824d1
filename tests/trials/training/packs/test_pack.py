import numpy as np
import pytest
import torch

from tests.trials.training.packs import toy_pack
from tests.trials.training.packs.toy_pack import BUDGET, DATA, pack_of, still_point, toy_model, train, weights_of
from trials.training.packs import pack as pack_module
from trials.training.packs.pack import PackTooLarge

POINTS = [still_point(learning_rate=rate) for rate in (1e-3, 3e-3, 5e-3)]


def join(pack, point):
    return pack.join(weights_of(toy_model(point)), point, budget=BUDGET, seed=3)


def test_a_pack_has_no_more_members_than_places_and_a_free_place_is_used_again():
    pack, members = pack_of(POINTS)
    with pytest.raises(ValueError, match="3 places, and all are taken"):
        join(pack, POINTS[0])
    pack.leave(members[1])
    assert pack.free == 1
    assert join(pack, POINTS[0]).place == members[1].place


def test_the_next_member_of_a_place_learns_what_it_learns_in_a_new_pack():
    pack, members = pack_of(POINTS)
    train(pack, 40, 40, 40)
    pack.leave(members[1])
    late = join(pack, POINTS[1])
    fresh, _ = pack_of(POINTS[1:2], places=1)
    pack.leave(members[0])
    pack.leave(members[2])
    assert pack.members == [late]
    assert train(pack, 40) == pytest.approx(train(fresh, 40), rel=1e-4)


def test_steps_end_as_soon_as_one_member_has_done_its_portion():
    pack, (first, second, third) = pack_of(POINTS)
    for member, examples in ((first, 40), (second, 16), (third, 40)):
        member.begin(examples)
    assert pack.advance() == [second]
    assert first.examples == 16, "the others wait where they are"
    assert pack.advance() == [second], "until it has another portion or has left"
    pack.leave(second)
    assert pack.advance() == [first, third]


def test_a_pack_of_fewer_places_goes_on_as_if_nothing_had_happened():
    pack, (first, second, third) = pack_of(POINTS)
    whole, _ = pack_of(POINTS)
    assert train(pack, 40, 40, 40) == pytest.approx(train(whole, 40, 40, 40))
    third.begin(40)
    pack.leave(first)
    pack.leave(second)
    pack.resize(2)
    assert (third.place, pack.places, pack.free) == (0, 2, 1)
    pack.advance()
    assert third.mean_loss() == pytest.approx(train(whole, 40, 40, 40)[2], rel=1e-4)


def test_a_member_that_diverges_takes_part_in_no_further_step():
    pack, (good, bad) = pack_of([POINTS[0], still_point(learning_rate=1e30)])
    good.begin(200)
    bad.begin(200)
    assert pack.advance() == [bad]
    assert "no longer finite" in str(pack.failures[bad.place])
    pack.leave(bad)
    assert pack.failures == {}
    assert pack.advance() == [good]
    assert np.isfinite(good.mean_loss())


def test_a_step_for_which_there_is_no_memory_changes_nothing(monkeypatch):
    pack, members = pack_of(POINTS[:2])
    monkeypatch.setattr(pack_module.StaticSteps, "run", lambda *_: False)
    for member in members:
        member.begin(40)
    with pytest.raises(PackTooLarge, match="for 2 models at once"):
        pack.advance()
    assert [member.examples for member in members] == [0, 0]
    monkeypatch.undo()
    fresh, _ = pack_of(POINTS[:2])
    pack.advance()
    assert [member.mean_loss() for member in members] == pytest.approx(train(fresh, 40, 40), rel=1e-5)


def test_logits_are_those_of_the_texts_in_their_order_also_in_small_batches(monkeypatch):
    pack, members = pack_of(POINTS[:2])
    train(pack, 40, 40)
    whole = pack.predict(members, DATA.validation)
    assert [logits.shape for logits in whole] == [(len(DATA.validation.labels), len(DATA.label_names))] * 2
    evaluated, tried = pack.model.evaluated, []

    def scarce(places, tokens, *rest):
        tried.append(tokens.numel())
        if tokens.numel() > 300:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return evaluated(places, tokens, *rest)

    monkeypatch.setattr(pack.model, "evaluated", scarce)
    for found, expected in zip(pack.predict(members, DATA.validation), whole, strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-5)
    assert max(tried) > 300
    monkeypatch.undo()
    np.testing.assert_allclose(pack.predict(members[1:], DATA.validation)[0], whole[1], atol=1e-5)


def test_a_cpu_needs_no_reason_for_steps_without_graphs():
    pack, (member,) = pack_of(POINTS[:1], places=1)
    train(pack, 16)
    assert (pack.eager_because, member.eager_because, member.held_bytes) == ("", "", 0)
    assert toy_pack.COMPUTE.device.type == "cpu"
