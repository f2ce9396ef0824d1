from types import SimpleNamespace

import pytest

from trials.training.static_steps.buckets import BUCKETS, MULTIPLE, bucket_of, longest_bucket


@pytest.mark.parametrize("length", range(1, 1500, 7))
def test_padding_is_at_most_half_and_buckets_are_few(length):
    bucket = bucket_of(length, 4096)
    assert length <= bucket
    assert bucket <= 16 or bucket < 1.51 * length + MULTIPLE or bucket % BUCKETS[-1] == 0
    assert bucket % MULTIPLE == 0


def test_no_batch_is_longer_than_the_longest_text_and_the_positions_of_the_model():
    config = SimpleNamespace(max_position_embeddings=51)
    assert longest_bucket(50, config) == 51
    assert longest_bucket(51, config) == 51
    assert longest_bucket(35, config) == 40
    assert longest_bucket(200, SimpleNamespace()) == 200
    assert longest_bucket(201, SimpleNamespace(max_position_embeddings=-1)) == 208
    assert bucket_of(33, 40) == 40
    assert bucket_of(50, 51) == 51
