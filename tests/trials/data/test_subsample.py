import numpy as np

from trials.data.dataset import EncodedSplit
from trials.data.subsample import stratified_sample


def split_of(lengths: list[int], labels: list[int]) -> EncodedSplit:
    """Text i is made of the token i alone, so that rows can be told apart."""
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return EncodedSplit(np.repeat(np.arange(len(lengths)), lengths).astype(np.int32), offsets, np.array(labels))


def test_a_sample_keeps_whole_texts_with_their_labels_and_the_shares_of_the_classes():
    lengths = [1 + row % 5 for row in range(200)]
    split = split_of(lengths, [0] * 150 + [1] * 50)
    sample = stratified_sample(split, 40)
    assert np.bincount(sample.labels).tolist() == [30, 10]
    for index in range(len(sample)):
        text = sample.tokens[sample.offsets[index] : sample.offsets[index + 1]]
        row = int(text[0])
        assert text.tolist() == [row] * lengths[row]
        assert sample.labels[index] == split.labels[row]


def test_a_sample_is_always_the_same():
    split = split_of([2] * 100, [row % 3 for row in range(100)])
    assert np.array_equal(stratified_sample(split, 20).tokens, stratified_sample(split, 20).tokens)


def test_a_small_split_is_taken_whole():
    split = split_of([2, 3], [0, 1])
    assert stratified_sample(split, 2) is split
