"""How many tokens are covered, by what, and which never are."""

import numpy as np
import pytest

from tests.trials.toy import encode, toy_dataset, toy_texts
from trials.data.encoding.batches import Batch, collate
from trials.data.special_tokens import SPECIAL_TOKENS
from trials.pretraining.masking import NOTHING, Masking, masking_of

MASK_ID, WORDS = 4, 5000
MASKING = Masking(share=0.15, mask_id=MASK_ID, vocabulary_size=WORDS, special=(0, 1, 2, 3, 4))
LARGE = Batch(np.random.default_rng(0).integers(5, WORDS, (200, 100)), None, np.zeros(200, dtype=np.int64))


def test_the_shares_are_those_of_bert():
    covered = MASKING.cover(LARGE, np.random.default_rng(1))
    chosen = covered.targets != NOTHING
    assert chosen.mean() == pytest.approx(0.15, abs=0.01)
    assert covered.guesses == chosen.sum()
    now, before = covered.batch.tokens[chosen], LARGE.tokens[chosen]
    assert np.mean(now == MASK_ID) == pytest.approx(0.8, abs=0.02)
    assert np.mean(now == before) == pytest.approx(0.1, abs=0.02)
    assert np.mean((now != before) & (now != MASK_ID)) == pytest.approx(0.1, abs=0.02)
    np.testing.assert_array_equal(covered.targets[chosen], before)
    np.testing.assert_array_equal(covered.batch.tokens[~chosen], LARGE.tokens[~chosen])


def test_other_tokens_are_covered_each_time_and_the_same_for_a_seed():
    first, again, other = (MASKING.cover(LARGE, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.batch.tokens, again.batch.tokens)
    assert np.mean((first.targets != NOTHING) == (other.targets != NOTHING)) < 0.8
    assert LARGE.tokens.min() > MASK_ID, "the batch itself is as it was"


def test_padding_and_special_tokens_are_never_covered():
    split = encode(*toy_texts(60, seed=0))
    batch = collate(split, np.arange(len(split)))
    masking = masking_of(toy_dataset(), 0.9)
    assert masking.special == tuple(range(len(SPECIAL_TOKENS))) and masking.mask_id == SPECIAL_TOKENS.index("[MASK]")
    chosen = masking.cover(batch, np.random.default_rng(0)).targets != NOTHING
    assert batch.mask is not None and not chosen[~batch.mask].any()
    assert not chosen[np.isin(batch.tokens, masking.special)].any() and chosen.any()


def test_one_token_at_least_is_covered_where_there_is_any():
    short = Batch(np.array([[2, 7, 3]]), None, np.zeros(1, dtype=np.int64))
    empty = Batch(np.array([[2, 3]]), None, np.zeros(1, dtype=np.int64))
    for seed in range(20):
        assert MASKING.cover(short, np.random.default_rng(seed)).guesses == 1
        assert MASKING.cover(empty, np.random.default_rng(seed)).guesses == 0


def test_parts_are_the_whole():
    covered = MASKING.cover(LARGE, np.random.default_rng(1))
    parts = list(covered.split(3))
    assert len(parts) == 3 and sum(part.guesses for part in parts) == covered.guesses
    np.testing.assert_array_equal(np.concatenate([part.batch.tokens for part in parts]), covered.batch.tokens)
    np.testing.assert_array_equal(np.concatenate([part.targets for part in parts]), covered.targets)
