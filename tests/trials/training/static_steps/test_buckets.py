from types import SimpleNamespace

from trials.training.static_steps.buckets import BUCKETS, MULTIPLE, bucket_of, longest_bucket


def test_padding_is_at_most_half_and_buckets_are_few():
    for length in range(1, 1500):
        bucket = bucket_of(length, 4096)
        assert length <= bucket
        assert bucket == BUCKETS[0] or bucket <= 1.5 * length or bucket % BUCKETS[-1] == 0
        assert bucket % MULTIPLE == 0
    assert len({bucket_of(length, 512) for length in range(1, 513)}) == len(BUCKETS)


def test_no_batch_is_longer_than_the_longest_text_and_the_positions_of_the_model():
    config = SimpleNamespace(max_position_embeddings=51)
    assert longest_bucket(50, config) == 51
    assert longest_bucket(51, config) == 51
    assert longest_bucket(35, config) == 40
    assert longest_bucket(200, SimpleNamespace()) == 200
    assert longest_bucket(201, SimpleNamespace(max_position_embeddings=-1)) == 208
    assert bucket_of(33, 40) == 40
    assert bucket_of(50, 51) == 51
