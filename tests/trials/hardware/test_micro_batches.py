import weakref

import pytest
import torch

from trials.hardware.micro_batches import MicroBatches


def refusing_below(parts: int, tried: list[int]):
    def compute(count: int) -> str:
        tried.append(count)
        if count < parts:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return "done"

    return compute


def test_parts_double_until_memory_is_enough_and_stay_so() -> None:
    parts, tried = MicroBatches(), []
    assert parts.fit(16, refusing_below(3, tried)) == "done"
    assert (tried, parts.count) == ([1, 2, 4], 4)
    assert parts.fit(16, refusing_below(1, tried)) == "done"
    assert tried == [1, 2, 4, 4]


def test_no_more_parts_than_texts() -> None:
    parts, tried = MicroBatches(8), []
    assert parts.fit(5, refusing_below(5, tried)) == "done"
    assert tried == [5]
    with pytest.raises(torch.OutOfMemoryError):
        MicroBatches().fit(5, refusing_below(100, tried))
    assert tried[1:] == [1, 2, 4, 5]


def test_another_error_is_not_tried_again() -> None:
    parts = MicroBatches()
    with pytest.raises(KeyError):
        parts.fit(4, {}.__getitem__)
    assert parts.count == 1


def test_the_failed_try_is_let_go_before_the_next() -> None:
    tries: list[weakref.ref[torch.Tensor]] = []

    def compute(count: int) -> None:
        assert all(tensor() is None for tensor in tries)
        activations = torch.zeros(3)
        tries.append(weakref.ref(activations))
        if count < 4:
            raise MemoryError

    MicroBatches().fit(4, compute)
    assert len(tries) == 3


def test_spare_memory_is_given_up_before_a_batch_is_split() -> None:
    parts, tried = MicroBatches(), []
    spare = [True]
    parts.spare = lambda: bool(spare) and spare.pop()
    assert parts.fit(16, refusing_below(1, tried)) == "done"
    assert spare == [True], "it is asked for only where memory is short"

    def compute(count: int) -> str:
        tried.append(count)
        if spare:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return "done"

    assert parts.fit(1, compute) == "done"
    assert (tried, parts.count) == ([1, 1, 1], 1)


def test_what_may_be_given_up_changes_within_a_block_only() -> None:
    parts = MicroBatches()
    before = parts.spare
    with pytest.raises(ZeroDivisionError), parts.sparing(lambda: True):
        assert parts.spare()
        raise ZeroDivisionError
    assert parts.spare is before
