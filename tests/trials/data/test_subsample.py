from dataclasses import replace

import numpy as np
import pytest

from tests.automl.report.records import make_read
from trials.data.dataset import EncodedSplit, Split, TextDataset
from trials.data.subsample import sampled, stratified_sample


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


def dataset(counts: list[int], groups: bool = False) -> TextDataset:
    """Every class has as many training rows as `counts` say, a tenth as many validation rows, and as many test rows."""

    def part(name: str, share: int) -> Split:
        labels = np.repeat(np.arange(len(counts)), [max(1, count // share) for count in counts])
        return Split(tuple(f"{name} {row} of {label}" for row, label in enumerate(labels)), labels)

    train, validation, test = part("train", 1), part("validation", 10), part("test", 10)
    ids = np.arange(len(train) + len(validation)) if groups else None
    read = make_read("text") if groups else None
    names = tuple(map(str, range(len(counts))))
    return TextDataset("many", names, train, validation, test, "f" * 64, groups=ids, read=read)


def test_a_sampled_data_set_keeps_the_shares_of_the_classes_and_each_class():
    whole = dataset([30_000, 9_999, 1])
    used = sampled(whole, 4_000)
    assert np.bincount(used.train.labels).tolist() == [3_000, 1_000, 1]
    assert (len(used.validation), len(used.test)) == (1_001, 2_001)  # a class of one row keeps it
    rows = [int(text.split()[1]) for text in used.train.texts]
    assert rows == sorted(set(rows))
    assert [whole.train.labels[row] for row in rows] == used.train.labels.tolist()


def test_a_sample_is_told_apart_from_the_whole_and_from_other_samples():
    whole = dataset([3_000, 3_000], groups=True)
    used = sampled(whole, 1_000)
    assert sampled(whole, 6_000) is whole
    assert sampled(whole, 1_000).fingerprint == used.fingerprint
    assert len({whole.fingerprint, used.fingerprint, sampled(whole, 1_001).fingerprint}) == 3
    assert used.groups is not None
    assert used.read is not None
    assert used.read.searched == {"train": 1_000, "validation": 600, "test": 600}
    rows = [int(text.split()[1]) for text in used.train.texts]
    assert used.groups[:1_000].tolist() == rows
    assert used.groups[1_000:].tolist() == list(range(6_000, 6_600))


def test_a_sample_of_fewer_rows_than_classes_is_one_by_chance():
    """One row of each class would be more than was asked for, and none of each is no sample."""
    split = split_of([2] * 300, list(range(300)))
    assert len(stratified_sample(split, 128)) == 128
    used = sampled(dataset([12] * 3_000), 3_000)
    assert np.bincount(used.train.labels).tolist() == [2] * 3_000
    assert (len(used.validation), len(used.test)) == (1_000, 2_000)
    assert len(sampled(dataset([3] * 10_000), 20_000).validation) == 500  # each has ten thousand logits


def test_a_sample_of_fewer_rows_than_labels_does_not_hold_a_row_of_each_label():
    labels = np.random.default_rng(0).random((600, 200)) < 0.02
    split = replace(split_of([2] * 600, [0] * 600), labels=labels)
    assert len(stratified_sample(split, 100)) == 100
    assert stratified_sample(split, 250).labels.any(axis=0).all()


def test_a_sampled_data_set_keeps_two_training_rows_of_a_rare_class():
    used = sampled(dataset([19_990, 7, 2]), 1_000)
    assert np.bincount(used.train.labels).tolist() == [1_000, 2, 2]


@pytest.mark.parametrize("shift", range(0, 36, 7))
def test_a_sampled_data_set_keeps_two_rows_of_a_label_that_is_the_rarest_of_no_row(shift):
    """Label 0 has 40 rows, two beside each of 20 labels of 39 rows; of these, two rows each are drawn."""
    labels = np.zeros((3_000, 21), dtype=bool)
    for label in range(1, 21):
        start = 39 * label
        labels[start : start + 39, label] = True
        labels[start + shift : start + shift + 2, 0] = True
    whole = replace(dataset([3_000]), label_names=tuple(map(str, range(21))))
    train = replace(whole.train, labels=labels)
    held_out = Split(("text",), labels[:1])
    used = sampled(replace(whole, train=train, validation=held_out, test=held_out), 150)
    assert used.train.labels.sum(axis=0).min() >= 2
