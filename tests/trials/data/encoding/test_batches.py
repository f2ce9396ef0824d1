import numpy as np
import pytest

from trials.data.dataset import EncodedSplit
from trials.data.encoding.batches import Batch, TrainingBatches, collate, epoch_rows, evaluation_rows
from trials.data.special_tokens import PADDING_ID


def split_of(lengths: list[int]) -> EncodedSplit:
    """Text i is i + 1, again and again."""
    tokens = np.repeat(np.arange(1, len(lengths) + 1, dtype=np.int32), lengths)
    offsets = np.cumsum([0, *lengths], dtype=np.int64)
    for array in (tokens, offsets):
        array.flags.writeable = False
    return EncodedSplit(tokens, offsets, np.arange(len(lengths), dtype=np.int64) % 3)


RANDOM = split_of(np.random.default_rng(0).integers(2, 60, size=1001).tolist())


def first_tokens(batches: list[Batch]) -> list[int]:
    return [int(token) for batch in batches for token in batch.tokens[:, 0]]


@pytest.mark.parametrize("batch_size", [1, 8, 64, 5000])
def test_an_epoch_has_every_row_once_in_batches_of_one_size(batch_size: int) -> None:
    batches = epoch_rows(RANDOM.lengths, batch_size, seed=0, epoch=0)
    assert sorted(np.concatenate(batches).tolist()) == list(range(1001))
    sizes = sorted((len(rows) for rows in batches), reverse=True)
    assert set(sizes[:-1]) <= {batch_size}
    assert sizes[-1] <= batch_size


def test_seed_and_epoch_decide_the_order() -> None:
    def order(seed: int, epoch: int) -> list[int]:
        return np.concatenate(epoch_rows(RANDOM.lengths, 8, seed, epoch)).tolist()

    assert order(1, 2) == order(1, 2)
    assert len({tuple(order(seed, epoch)) for seed, epoch in ((0, 0), (0, 1), (1, 0), (1, 1))}) == 4


def test_little_is_spent_on_padding_and_batches_of_all_lengths_are_mixed() -> None:
    batches = epoch_rows(RANDOM.lengths, 8, seed=0, epoch=0)
    longest = np.array([RANDOM.lengths[rows].max() for rows in batches])
    padded = sum(int(width) * len(rows) for width, rows in zip(longest, batches, strict=True))
    assert padded < 1.1 * RANDOM.lengths.sum()
    assert abs(np.corrcoef(np.arange(len(longest)), longest)[0, 1]) < 0.3


def test_portions_follow_each_other_without_a_gap() -> None:
    whole = first_tokens(list(TrainingBatches(RANDOM, 8, seed=4).take(2500)))
    batches = TrainingBatches(RANDOM, 8, seed=4)
    portions = [list(batches.take(count)) for count in (3, 0, 5, 1000, 1492)]
    assert [sum(map(len, portion)) for portion in portions] == [3, 0, 5, 1000, 1492]
    assert first_tokens([batch for portion in portions for batch in portion]) == whole
    assert sorted(whole[:1001]) == sorted(whole[1001:2002]) == list(range(1, 1002))


@pytest.mark.parametrize("skipped", [0, 3, 8, 1000, 1001, 1002, 2100])
def test_a_skip_goes_on_with_the_batches_that_would_have_come(skipped: int) -> None:
    taken = TrainingBatches(RANDOM, 8, seed=4)
    list(taken.take(skipped))
    fresh = TrainingBatches(RANDOM, 8, seed=4)
    fresh.skip_to(skipped)
    for expected, found in zip(taken.take(1200), fresh.take(1200), strict=True):
        assert found.tokens.tolist() == expected.tokens.tolist()


@pytest.mark.parametrize(("parts", "sizes"), [(1, [5]), (2, [3, 2]), (4, [2, 2, 1]), (5, [1] * 5), (9, [1] * 5)])
def test_parts_of_a_batch_have_its_texts_in_their_order(parts: int, sizes: list[int]) -> None:
    batch = collate(split_of([2, 4, 1, 3, 3]), np.arange(5))
    pieces = list(batch.split(parts))
    assert [len(piece) for piece in pieces] == sizes
    for name in ("tokens", "mask", "labels"):
        whole = np.concatenate([getattr(piece, name) for piece in pieces])
        assert whole.tolist() == getattr(batch, name).tolist()
    assert next(collate(split_of([3, 3]), np.arange(2)).split(2)).mask is None


def test_collate_pads_at_the_end_and_keeps_labels() -> None:
    batch = collate(split_of([2, 4, 1]), np.array([2, 0, 1]))
    assert batch.tokens.tolist() == [[3, 0, 0, 0], [1, 1, 0, 0], [2, 2, 2, 2]]
    assert batch.mask is not None
    assert batch.mask.tolist() == [[token != PADDING_ID for token in row] for row in batch.tokens.tolist()]
    assert batch.labels.tolist() == [2, 0, 1]
    assert (batch.tokens.dtype, batch.labels.dtype) == (np.int64, np.int64)


def test_a_batch_without_padding_needs_no_mask() -> None:
    assert collate(split_of([3, 3, 5]), np.array([0, 1])).mask is None


def test_evaluation_takes_every_row_once_within_the_token_budget() -> None:
    batches = evaluation_rows(RANDOM.lengths, 500)
    assert sorted(np.concatenate(batches).tolist()) == list(range(1001))
    assert all(len(rows) * RANDOM.lengths[rows].max() <= 500 for rows in batches)
    assert len(batches[-1]) > 3 * len(batches[0])


def test_a_text_longer_than_the_token_budget_goes_alone() -> None:
    assert [rows.tolist() for rows in evaluation_rows(np.array([3, 900, 4]), 10)] == [[1], [2, 0]]


def test_balanced_batches_have_each_class_as_often():
    labels = np.array([0] * 900 + [1] * 90 + [2] * 10)
    split = EncodedSplit(np.zeros(3000, dtype=np.int32), np.arange(0, 3001, 3), labels)
    counts = np.zeros(3)
    for batch in TrainingBatches(split, 8, seed=0, balanced=True).take(6000):
        counts += np.bincount(batch.labels, minlength=3)
    assert counts.sum() == 6000
    np.testing.assert_allclose(counts / 6000, 1 / 3, atol=0.03)
    first, again = (list(TrainingBatches(split, 8, seed=1, balanced=True).take(100)) for _ in range(2))
    assert [batch.labels.tolist() for batch in first] == [batch.labels.tolist() for batch in again]


def test_numbers_are_never_drawn_by_balance():
    split = EncodedSplit(np.zeros(300, dtype=np.int32), np.arange(0, 301, 3), np.arange(100.0))
    (batch,) = TrainingBatches(split, 100, seed=0, balanced=True).take(100)
    assert sorted(batch.labels) == list(range(100)), "each row comes once an epoch"
