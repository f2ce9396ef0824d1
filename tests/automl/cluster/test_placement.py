"""What of a cluster each trial gets, by what its memory needs."""

from dataclasses import replace
from pathlib import Path

import pytest

from automl.cluster.gpu.allocator import Gpu
from automl.cluster.gpu.memory_estimator import FIRST_MARGIN, MARGIN, MemoryEstimator
from automl.cluster.local_cluster import Cluster, Slots
from automl.cluster.placement import TrialPlacer, TrialResources, UnplaceableTrial, trials_at_once
from search_spaces import SPACES, Defaults, Pretrained, PretrainedText, Pretraining, Probe, Space
from tests.automl.engine.helpers import COST
from trials.hardware.memory_estimate import CONTEXT_BYTES, footprint_of
from trials.protocol import Cost, Evaluation, TrialJob, TrialReport

GB = 10**9
LONGEST = 256
POINT = Space("encoder", SPACES["encoder"]).ask(Defaults())
LINEAR = Space("linear", SPACES["linear"]).ask(Defaults())
FINETUNE = Space("finetune", SPACES["finetune"]).ask(Defaults())
PROBE = Probe(PretrainedText("minilm", 64), "mean", 1, 0, 1.0)


def beat(cost: Cost) -> TrialReport:
    return TrialReport(None, None, cost)


def cluster(*gpus, slots=8, capacity=8):
    shared = (lambda: gpus) if gpus else None
    return Cluster(Slots(slots, 1.0, 1.0 if gpus else 0.0), None, None, lambda: capacity, gpus=shared)


def with_batches(size):
    return replace(POINT, training=replace(POINT.training, batch_size=size))


@pytest.fixture
def memory():
    return MemoryEstimator(LONGEST)


def test_without_gpus_that_are_shared_all_get_the_same_as_long_as_there_are_slots(memory):
    placement = TrialPlacer(cluster(capacity=2), memory)
    assert placement.place("0", POINT).resources == {"CPU": 1.0, "GPU": 0.0}
    assert placement.has_room(1)
    assert not placement.has_room(2)
    assert placement.place("2", POINT, parts=4).parts == 4, "what memory has shown to be needed stays"
    named = replace(cluster(), slots=Slots(1, 4.0, 2.0), gpu_model="A100")
    place = TrialPlacer(named, memory).place("0", POINT)
    assert place.resources == {"CPU": 4.0, "GPU": 2.0, "accelerator_type:A100": 0.001}
    assert place.processes == 2, "each of its GPUs trains"


def test_a_trial_gets_the_share_that_its_memory_needs(memory):
    needed = memory.needed(POINT)
    roomy, tight = Gpu("a", None, 10 * needed), Gpu("a", None, round(1.2 * needed))
    assert TrialPlacer(cluster(roomy), memory).place("0", POINT).resources["GPU"] == 0.125
    large = Gpu("a", None, 20 * needed)
    assert TrialPlacer(cluster(large), memory).place("0", POINT).resources["GPU"] == 0.0625
    assert TrialPlacer(cluster(large), memory).place("0", FINETUNE).resources["GPU"] == 0.125, "it keeps a GPU busy"
    place = TrialPlacer(cluster(tight), memory).place("0", POINT)
    assert (place.resources["GPU"], place.memory_share, place.parts) == (1.0, 1.0, 1)


def test_a_linear_model_gets_no_gpu_and_takes_none_from_others(memory):
    placement = TrialPlacer(cluster(Gpu("a", None, GB)), memory)
    place = placement.place("0", LINEAR)
    assert (place.resources["GPU"], place.memory_share) == (0.0, None)
    assert placement.has_room(1)


def filled(placement, count):
    """Place trials that take all of a GPU together."""
    for trial in range(count):
        assert placement.has_room(trial)
        placement.place(str(trial), POINT)


def test_linear_models_begin_although_all_gpus_are_taken_and_leave_room_for_those_that_need_one(memory):
    whole = Gpu("a", None, round(1.2 * memory.needed(POINT)))
    placement = TrialPlacer(cluster(whole, capacity=4), memory)
    placement.place("linear", LINEAR)
    assert placement.has_room(1), "it took no GPU"
    placement.place("0", POINT)
    assert placement.has_room(2)
    placement.place("more", LINEAR)
    assert placement.has_room(3), "a core is left"
    assert not placement.has_room(4), "none is left"


def test_what_is_taken_is_told_by_kind_and_the_last_core_is_kept_for_a_gpu_that_is_free(memory):
    whole = Gpu("a", None, round(1.2 * memory.needed(POINT)))
    placement = TrialPlacer(cluster(whole, capacity=3), memory)
    assert placement.has_room(1)
    assert (placement.is_taken(LINEAR), placement.is_taken(POINT)) == (False, False)
    assert placement.has_room(2)
    assert (placement.is_taken(LINEAR), placement.is_taken(POINT)) == (True, False)
    placement.place("0", POINT)
    assert (placement.is_taken(LINEAR), placement.is_taken(POINT)) == (False, True)
    assert not TrialPlacer(cluster(), memory).is_taken(POINT), "without GPUs that are shared, all are alike"


def test_of_those_that_need_a_gpu_one_waits_and_none_begins_before_it(memory):
    whole = Gpu("a", None, round(1.2 * memory.needed(POINT)))
    placement = TrialPlacer(cluster(whole, capacity=16), memory)
    placement.place("linear", LINEAR)
    placement.place("0", POINT)
    assert placement.has_room(2)
    placement.place("1", POINT)
    assert not placement.has_room(3), "it waits"
    placement.leave("0")
    assert placement.has_room(2), "it has its GPU now"


def test_where_all_trials_need_a_gpu_none_waits_for_one(memory):
    placement = TrialPlacer(cluster(Gpu("a", None, round(2.3 * memory.needed(POINT))), capacity=16), memory)
    filled(placement, 2)
    assert not placement.has_room(2)


def test_a_probe_whose_features_are_cached_needs_no_gpu(memory):
    placement = TrialPlacer(cluster(Gpu("a", None, 80 * GB), capacity=16), memory)
    first = placement.place("0", PROBE)
    job = TrialJob(0, PROBE, 0, 100, "accuracy", Path(), Path())
    read = replace(COST, shared_seconds=1.0)
    sample = Evaluation(8, 10, {}, 0.1, 0.0, 1.0, is_best=True, sample_rows=10)
    for report in (beat(COST), beat(read), TrialReport(sample, None, read)):
        placement.note("0", job, report)
        gpus = placement.place(f"1 {report}", PROBE).resources["GPU"]
        assert gpus == first.resources["GPU"] > 0, "features are missing"
    placement.note("0", job, TrialReport(replace(sample, step=81, sample_rows=None), None, read))
    other = replace(PROBE, layers=2, penalty=0.1)
    assert placement.place("2", other, parts=2) == TrialResources({"CPU": 1.0, "GPU": 0.0}, parts=2)
    longer = replace(PROBE, text=PretrainedText("minilm", 128))
    assert placement.place("3", longer).resources["GPU"] > 0, "its features are others"


def test_nodes_with_disks_of_their_own_do_not_share_features(memory):
    placement = TrialPlacer(replace(cluster(Gpu("a", None, 80 * GB)), home="a"), memory)
    whole = Evaluation(81, 10, {}, 0.1, 0.0, 1.0, is_best=True)
    report = TrialReport(whole, None, replace(COST, shared_seconds=1.0))
    placement.note("0", TrialJob(0, PROBE, 0, 100, "accuracy", Path(), Path()), report)
    assert placement.place("1", PROBE).resources["GPU"] > 0


def test_what_a_probe_took_on_a_core_tells_nothing_of_a_gpu(memory):
    placement, before = TrialPlacer(cluster(Gpu("a", None, 80 * GB)), memory), memory.needed(PROBE)
    job = TrialJob(0, PROBE, 0, 100, "accuracy", Path(), Path(), device="cpu")
    placement.note("0", job, beat(replace(COST, peak_memory_bytes=50 * GB)))
    placement.leave("0")
    assert memory.needed(PROBE) == before


def test_how_many_trials_run_at_once_follows_from_memory_and_cores(memory):
    needed = memory.needed(POINT)
    assert trials_at_once(cluster(slots=5), memory, POINT) == 5
    assert trials_at_once(cluster(Gpu("a", None, 20 * needed), slots=99), memory, POINT) == 16
    assert trials_at_once(cluster(Gpu("a", None, 20 * needed), slots=12), memory, POINT) == 12, "as many as cores"
    assert trials_at_once(cluster(*[Gpu("a", None, 3 * needed)] * 2, slots=99), memory, POINT) == 4
    assert trials_at_once(cluster(Gpu("a", None, needed // 2), slots=99), memory, POINT) == 1, "in parts"
    assert trials_at_once(cluster(Gpu("a", None, 80 * GB), slots=99), memory, FINETUNE) == 8
    assert trials_at_once(cluster(Gpu("a", None, 80 * GB), slots=99), memory, LINEAR) == 99


def test_batches_that_no_gpu_holds_come_in_parts(memory):
    point = with_batches(64)
    size = round(memory.needed(point, 4) / 0.9)
    assert memory.needed(point, 2) > size
    assert TrialPlacer(cluster(Gpu("a", None, size)), memory).place("0", point).parts == 4
    assert TrialPlacer(cluster(Gpu("a", None, size)), memory).place("0", point, parts=16).parts == 16


def test_what_no_gpu_holds_one_text_at_a_time_is_put_nowhere(memory):
    placement = TrialPlacer(cluster(Gpu("a", None, CONTEXT_BYTES)), memory)
    with pytest.raises(
        UnplaceableTrial, match=r"must fit a GPU, but is expected to need \d+\.\d GB with the smallest batches"
    ):
        placement.place("0", POINT)
    assert placement.has_room(0), "it holds nothing"


@pytest.fixture
def deep():
    """Of many small layers, so that little of it has to come together at a time."""
    return replace(POINT, architecture=replace(POINT.architecture, depth=64))


def test_what_no_gpu_holds_is_shared_by_several_of_one_node(memory, deep):
    alone, two = memory.needed(deep, deep.training.batch_size), memory.needed_in_shards(deep, 2)
    assert two < alone
    size = round((two + alone) / 2)
    placement = TrialPlacer(cluster(*[Gpu("a", None, size)] * 2), memory)
    place = placement.place("0", deep)
    assert (place.resources, place.processes, place.memory_share) == ({"CPU": 1.0, "GPU": 2.0}, 2, 1.0)
    assert not placement.has_room(1)
    trained(placement, "0", 100 * alone, processes=2)
    assert placement.has_room(0)
    assert memory.needed(deep, deep.training.batch_size) == alone, "a shard's peak tells nothing of a whole model"
    memory.learn(deep, 1, 3 * footprint_of(deep, LONGEST, "cuda").bytes)
    assert memory.needed_in_shards(deep, 2) > 2 * (two - CONTEXT_BYTES) + CONTEXT_BYTES, "but the other way round"


def test_what_can_only_be_trained_by_one_gpu_is_not_shared(memory, deep):
    size = round((memory.needed_in_shards(deep, 2) + memory.needed(deep, deep.training.batch_size)) / 2)
    placement = TrialPlacer(cluster(*[Gpu("a", None, size)] * 2), memory)
    staged = replace(deep, pretraining=Pretraining(epochs=1.0, learning_rate=1e-4, mask_share=0.15))
    for point, in_steps in ((deep, False), (staged, True)):
        with pytest.raises(UnplaceableTrial, match="nor can several of one node share it"):
            placement.place("0", point, in_steps=in_steps)
    assert placement.has_room(0)


def test_a_checkpoint_of_which_nothing_is_known_gets_a_whole_gpu_of_the_largest(memory):
    model = Pretrained("./nowhere", 0.0, 0.1, 0.1, 0.1)
    point = replace(POINT, text=PretrainedText("./nowhere", 64), architecture=model)
    pool = cluster(Gpu("a", "T4", 16 * GB), Gpu("b", "A100", 80 * GB))
    resources = TrialPlacer(pool, memory).place("0", point).resources
    assert resources == {"CPU": 1.0, "GPU": 1.0, "accelerator_type:A100": 0.001}


def trained(placement, try_, peak, parts=1, told=0, processes=1):
    """A try of a trial of `POINT` that has had so many bytes at most."""
    job = TrialJob(0, POINT, 0, 100, "accuracy", Path(), Path(), told=told, processes=processes)
    placement.note(try_, job, beat(replace(COST, peak_memory_bytes=round(peak / 2))))
    placement.note(try_, job, beat(replace(COST, peak_memory_bytes=round(peak), batch_parts=parts)))
    placement.leave(try_)


def test_what_trials_have_needed_corrects_the_formula_for_their_kind(memory):
    formula = footprint_of(POINT, LONGEST, "cuda").bytes
    assert memory.needed(POINT) == round(FIRST_MARGIN * formula) + CONTEXT_BYTES
    placement = TrialPlacer(cluster(Gpu("a", None, GB)), memory)
    for name, ratio in enumerate((0.5, 0.6, 0.7)):
        trained(placement, str(name), ratio * formula)
    expected = MARGIN * 0.7 * formula + CONTEXT_BYTES
    assert memory.needed(POINT) == pytest.approx(expected, rel=1e-3), "one ratio a trial, and almost all had enough"
    trained(placement, "resumed", 9 * formula, told=27)
    assert memory.needed(POINT) == pytest.approx(expected, rel=1e-3), "its peak may be that of an earlier try"
    other = footprint_of(PROBE, LONGEST, "cuda").bytes
    assert memory.needed(PROBE) == round(FIRST_MARGIN * other) + CONTEXT_BYTES, "of a probe nothing is known yet"


def test_while_all_gpus_are_gone_nothing_is_refused_for_good(memory):
    gpus = []
    placement = TrialPlacer(replace(cluster(), gpus=lambda: gpus), memory)
    assert not placement.has_room(0)
    with pytest.raises(UnplaceableTrial) as none:
        placement.place("a", POINT)
    assert none.value.for_now


def test_a_new_try_keeps_its_share_when_the_old_one_is_let_go(memory):
    placement = TrialPlacer(cluster(Gpu("a", None, round(1.2 * memory.needed(POINT)))), memory)
    placement.place("old", POINT)
    placement.leave("old")
    placement.place("new", POINT)
    placement.leave("old")
    assert not placement.has_room(1)


def test_a_trial_that_ends_gives_its_share_back(memory):
    placement = TrialPlacer(cluster(Gpu("a", None, round(1.2 * memory.needed(POINT)))), memory)
    placement.place("0", POINT)
    assert not placement.has_room(1)
    placement.leave("0")
    assert placement.has_room(0)


def test_bf16_needs_less_than_fp32(memory):
    deep = replace(with_batches(64), architecture=replace(POINT.architecture, depth=6))
    narrow = MemoryEstimator(LONGEST, narrow=True)
    assert narrow.needed(deep) - CONTEXT_BYTES < 0.85 * (memory.needed(deep) - CONTEXT_BYTES)


def test_without_gpus_that_are_shared_a_pack_has_as_many_members_as_wanted(memory):
    assert TrialPlacer(cluster(), memory).places_for(POINT, 5) == 5
    assert TrialPlacer(replace(cluster(), slots=Slots(1, 4.0, 1.0)), memory).places_for(POINT, 5) == 5
    two = TrialPlacer(replace(cluster(), slots=Slots(1, 4.0, 2.0)), memory)
    assert two.places_for(POINT, 5) == 1, "several GPUs train one model"
    place = TrialPlacer(cluster(), memory).place("0", POINT, members=5)
    assert place == TrialResources({"CPU": 1.0, "GPU": 0.0}), "its members share the cores of one trial"


def test_a_pack_has_as_many_members_as_a_gpu_holds_and_at_least_half_of_it(memory):
    own = memory.needed(POINT) - CONTEXT_BYTES
    roomy = TrialPlacer(cluster(Gpu("a", None, 99 * own + CONTEXT_BYTES)), memory)
    assert roomy.places_for(POINT, 16) == 16
    assert roomy.places_for(POINT, 1) == 1
    place = roomy.place("0", POINT, members=16)
    assert (place.resources["GPU"], place.memory_share, place.parts) == (0.5, 0.5, 1)
    assert roomy.has_room(1)
    roomy.place("1", POINT, members=16)
    assert not roomy.has_room(2), "two packs at a time keep it busy"
    tight = TrialPlacer(cluster(Gpu("a", None, round(1.2 * (6 * own + CONTEXT_BYTES)))), memory)
    assert tight.places_for(POINT, 16) == 4
    assert tight.place("0", POINT, members=4).resources["GPU"] == 1.0
    small = TrialPlacer(cluster(Gpu("a", None, round(1.5 * own) + CONTEXT_BYTES)), memory)
    assert small.places_for(POINT, 16) == 1


def test_what_is_fitted_without_steps_or_of_unknown_size_has_no_pack_on_a_gpu(memory):
    placement = TrialPlacer(cluster(Gpu("a", None, 80 * GB)), memory)
    assert placement.places_for(LINEAR, 4) == placement.places_for(PROBE, 4) == 1
    nowhere = Pretrained("./nowhere", 0.0, 0.1, 0.1, 0.1)
    unknown = replace(POINT, text=PretrainedText("./nowhere", 64), architecture=nowhere)
    assert placement.places_for(unknown, 4) == 1


def test_the_peak_of_a_pack_is_not_that_of_a_trial(memory):
    placement, before = TrialPlacer(cluster(Gpu("a", None, 80 * GB)), memory), memory.needed(POINT)
    job = TrialJob(0, POINT, 0, 100, "accuracy", Path(), Path())
    placement.note("0", job, beat(replace(COST, peak_memory_bytes=50 * GB, members=4)))
    placement.leave("0")
    assert memory.needed(POINT) == before
