"""Parts of real data sets, small enough for a test."""

from functools import cache

import pytest

from trials.data.dataset import Split, TextDataset
from trials.data.load import load_dataset
from trials.data.options import DataOptions
from trials.errors import DataError


@cache
def corpus(name: str) -> TextDataset:
    """A named corpus; the test is skipped where its package is not installed."""
    try:
        return load_dataset(DataOptions(source=name)).dataset
    except DataError as error:
        pytest.skip(str(error))


def part(dataset: TextDataset, begin: int, step: int) -> TextDataset:
    """Every `step`th training text from `begin` on; the other splits are empty."""
    train = Split(dataset.train.texts[begin::step], dataset.train.labels[begin::step])
    none = Split((), dataset.train.labels[:0])
    return TextDataset(dataset.name, dataset.label_names, train, none, none, f"{dataset.name} {begin} {step}")
