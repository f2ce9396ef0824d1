from dataclasses import replace

import pytest

from automl.cluster.gpu.memory_estimator import MARGIN, MemoryEstimator, kind_of
from search_spaces import SPACES, LowRank, Point, Space
from trials.hardware import CONTEXT_BYTES


def default(space: str) -> Point:
    return Space(space, SPACES[space]).default_points()[0]


ENCODER = default("encoder")
WIDE = replace(ENCODER, architecture=replace(ENCODER.architecture, heads=8, head_width=64))


@pytest.fixture
def estimator() -> MemoryEstimator:
    return MemoryEstimator(256)


def tensors(estimator: MemoryEstimator, point: Point, parts: int = 1) -> float:
    """The bytes that are predicted without the context of the device, which every process has."""
    needed = estimator.needed(point, parts)
    assert needed is not None
    return needed - CONTEXT_BYTES


def test_larger_models_longer_texts_and_larger_batches_need_more_and_parts_need_less(estimator):
    assert tensors(estimator, WIDE) > tensors(estimator, ENCODER)
    assert tensors(MemoryEstimator(512), ENCODER) > tensors(estimator, ENCODER)
    larger = replace(ENCODER, training=replace(ENCODER.training, batch_size=2 * ENCODER.training.batch_size))
    assert tensors(estimator, larger) > tensors(estimator, ENCODER) > tensors(estimator, ENCODER, parts=2)


@pytest.mark.parametrize("share", [0.5, 2.0])
def test_a_peak_corrects_the_prediction_for_all_of_its_kind(estimator, share):
    first = tensors(estimator, WIDE)
    margin = first / tensors(estimator, ENCODER)
    estimator.learn(ENCODER, 1, 1_000_000)
    unit = tensors(estimator, ENCODER)
    assert unit == pytest.approx(MARGIN * 1_000_000, rel=1e-5)
    assert tensors(estimator, WIDE) == pytest.approx(unit * margin, rel=1e-5), "another size of the same kind"
    estimator.learn(WIDE, 1, round(share * tensors(estimator, WIDE) / MARGIN))
    expected = unit * max(share, 1.0)
    assert tensors(estimator, ENCODER) == pytest.approx(expected, rel=1e-3), "the larger of the two counts"


def test_the_prediction_suffices_for_nine_of_ten_and_the_latest_count(estimator):
    for peak in [1_000_000] * 9 + [50_000_000]:
        estimator.learn(ENCODER, 1, peak)
    assert tensors(estimator, ENCODER) == pytest.approx(MARGIN * 1_000_000, rel=1e-5)
    for _ in range(50):
        estimator.learn(ENCODER, 1, 3_000_000)
    assert tensors(estimator, ENCODER) == pytest.approx(MARGIN * 3_000_000, rel=1e-5)


def test_an_unknown_peak_teaches_nothing_and_one_kind_nothing_of_another(estimator):
    before = tensors(estimator, ENCODER)
    estimator.learn(ENCODER, 1, 0)
    other = replace(ENCODER, architecture=replace(ENCODER.architecture, family="another"))
    assert kind_of(other) != kind_of(ENCODER) == kind_of(WIDE)
    assert tensors(estimator, ENCODER) == before


def test_a_checkpoint_that_cannot_be_read_has_no_prediction(estimator):
    point = default("finetune")
    lost = replace(point, architecture=replace(point.architecture, checkpoint="./nowhere"))
    assert estimator.needed(lost) is None
    assert estimator.needed_in_shards(lost, 2) is None
    estimator.learn(lost, 1, 1_000_000)


def test_adapters_and_parts_of_an_encoder_are_kinds_of_their_own():
    point = default("finetune")
    adapted = replace(point.architecture, adapter=LowRank(8, 16, "all", 0.0))
    cut = default("subnet")
    kinds = {kind_of(each) for each in (point, replace(point, architecture=adapted), cut)}
    assert len(kinds) == 3
