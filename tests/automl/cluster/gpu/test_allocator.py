"""How the GPUs of a pool are shared out among trials."""

import pytest

from automl.cluster.gpu.allocator import Gpu, GpuAllocator, GpuShare

GB = 10**9
SMALL = Gpu("a", "T4", 16 * GB)
LARGE = Gpu("b", "A100", 80 * GB)


def pool(*gpus):
    return GpuAllocator(lambda: gpus)


@pytest.mark.parametrize(
    ("needed", "share"),
    [
        (1, GpuShare(0.0625)),
        (0.9 * GB, GpuShare(0.0625)),
        (1.1 * GB, GpuShare(0.125)),
        (1.9 * GB, GpuShare(0.125)),
        (2.1 * GB, GpuShare(0.25)),
        (7 * GB, GpuShare(0.5)),
        (9 * GB, GpuShare(1.0)),
        (15.8 * GB, GpuShare(0.25, "A100")),
        (40 * GB, GpuShare(1.0, "A100")),
        (79 * GB, None),
    ],
)
def test_a_trial_gets_the_smallest_share_that_holds_it_and_a_large_gpu_only_where_it_must(needed, share):
    assert pool(SMALL, LARGE).fitting(needed) == share


def test_a_share_may_have_a_least_size_and_the_pool_tells_how_many_it_holds():
    shared = pool(SMALL, SMALL, LARGE)
    assert shared.fitting(1, 0.125) == GpuShare(0.125)
    assert shared.fitting(7 * GB, 0.125) == GpuShare(0.5)
    assert [shared.holding(GpuShare(each)) for each in (1.0, 0.5, 0.0625)] == [3, 6, 48]
    assert shared.holding(GpuShare(0.25, "A100")) == 4
    assert shared.holding(GpuShare(1.0, count=2)) == 1


def test_where_all_gpus_are_of_one_kind_no_model_is_asked_for():
    assert pool(LARGE, LARGE).fitting(70 * GB) == GpuShare(1.0)
    assert pool(LARGE, LARGE).largest() == GpuShare(1.0)
    assert pool(SMALL, LARGE).largest() == GpuShare(1.0, "A100")


def test_there_is_room_until_each_gpu_is_given_away():
    shared = pool(SMALL, SMALL)
    for trial in range(4):
        assert shared.has_room
        shared.take(trial, GpuShare(0.5))
    assert not shared.has_room
    shared.give_back(2)
    assert shared.has_room


def test_a_trial_that_wants_a_whole_gpu_waits_for_one_and_none_slips_in_before_it():
    shared = pool(SMALL, SMALL)
    for trial in range(4):
        shared.take(trial, GpuShare(0.25 if trial else 1.0))
    shared.take(4, GpuShare(1.0))
    assert not shared.has_room, "a quarter is free, but the whole one comes first"
    assert shared.has_waiting
    shared.give_back(1)
    shared.give_back(2)
    assert not shared.has_room
    shared.give_back(3)
    assert not shared.has_room, "now it has the second GPU"
    assert not shared.has_waiting
    shared.give_back(4)
    assert shared.has_room


def test_shares_are_packed_so_that_whole_gpus_stay_free():
    shared = pool(SMALL, SMALL)
    for trial, share in enumerate((0.5, 0.25, 0.25)):
        shared.take(trial, GpuShare(share))
    shared.take(3, GpuShare(1.0))
    shared.give_back(1)
    assert shared.has_room, "the whole one had its place on the other GPU, so that nobody waits"


def test_a_share_of_a_named_model_is_not_taken_from_another():
    shared = pool(SMALL, LARGE)
    shared.take(0, GpuShare(1.0, "A100"))
    shared.take(1, GpuShare(0.125, "A100"))
    assert not shared.has_room
    shared.give_back(0)
    assert shared.has_room


def test_who_waits_for_a_model_that_has_gone_keeps_nobody_waiting():
    gpus = [SMALL, LARGE]
    shared = GpuAllocator(lambda: gpus)
    shared.take("large", GpuShare(1.0, "A100"))
    assert shared.stranded() == set()
    del gpus[1]
    assert shared.has_room
    assert shared.stranded() == {"large"}
    shared.give_back("large")
    assert shared.stranded() == set()


def test_cards_of_one_name_count_by_the_smallest_and_those_without_a_name_cannot_be_asked_for():
    mixed = pool(SMALL, Gpu("c", "A100", 40 * GB), LARGE)
    assert mixed.fitting(30 * GB) == GpuShare(1.0, "A100")
    assert mixed.fitting(60 * GB) is None
    assert pool(SMALL, Gpu("b", None, 80 * GB)).fitting(30 * GB) is None
    assert pool().is_empty and pool().fitting(1) is None


def test_what_was_on_a_node_that_went_waits_and_gets_a_place_on_one_that_comes():
    gpus = [SMALL, LARGE]
    shared = GpuAllocator(lambda: gpus)
    shared.take(0, GpuShare(1.0))
    shared.take(1, GpuShare(1.0))
    del gpus[0]
    assert not shared.has_room
    gpus += [Gpu("c", "T4", 16 * GB)] * 2
    assert shared.has_room
    shared.take(2, GpuShare(1.0))
    assert not shared.has_room


def on(node, count, model="A100"):
    return [Gpu(node, model, (80 if model == "A100" else 16) * GB)] * count


def test_what_no_gpu_holds_gets_as_few_of_one_node_as_can_be():
    def needed(count):
        return 200 * GB // count

    assert pool(*on("a", 8)).fitting_together(needed) == GpuShare(1.0, count=4)
    assert pool(*on("a", 3), *on("b", 3)).fitting_together(needed) is None, "they must be of one node"
    assert pool(*on("a", 8, "T4"), *on("b", 4)).fitting_together(needed) == GpuShare(1.0, "A100", count=4)
    assert pool(*on("a", 16, "T4")).fitting_together(needed) == GpuShare(1.0, count=16)
    assert pool(*on("a", 8)).fitting_together(lambda count: None) is None, "nothing is known of it"
    assert pool().fitting_together(needed) is None


def test_several_gpus_are_whole_ones_of_one_node_and_who_waits_for_them_comes_first():
    shared = pool(*on("a", 2), *on("b", 2))
    shared.take("small", GpuShare(0.125))
    shared.take("two", GpuShare(1.0, count=2))
    assert shared.has_room, "the two of the other node were free"
    shared.take("more", GpuShare(1.0, count=2))
    assert not shared.has_room, "one is free, but two come first"
    shared.give_back("small")
    assert not shared.has_room, "all four are given away"
    shared.give_back("two")
    assert shared.has_room


def test_a_share_leaves_a_node_whole_where_it_can():
    shared = pool(*on("a", 2), *on("b", 1), *on("c", 1))
    shared.take("one", GpuShare(1.0))
    shared.take("two", GpuShare(1.0, count=2))
    assert shared.has_room, "nobody waits, and one is left"


def test_who_waits_for_more_gpus_than_any_node_has_by_now_is_to_be_placed_anew():
    gpus = on("a", 4)
    shared = GpuAllocator(lambda: gpus)
    shared.take("four", GpuShare(1.0, count=4))
    assert shared.stranded() == set() and not shared.has_room
    del gpus[3]
    assert shared.stranded() == {"four"}
    assert shared.has_room, "and keeps nobody waiting"


def test_a_trial_never_gets_several_slices_of_a_gpu():
    slices = [Gpu("a", "A100", 10 * GB, is_slice=True)] * 4
    assert pool(*slices).fitting_together(lambda count: 8 * GB) is None
    assert pool(*slices).fitting(8 * GB) == GpuShare(1.0)
    assert pool(*slices, *on("b", 2)).fitting_together(lambda count: 8 * GB) == GpuShare(1.0, count=2)
