from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.trials.toy import toy_dataset, toy_job, toy_point
from trials.data.dataset import EncodedDataset, EncodedSplit
from trials.training.state.state_identity import MOST_TOKENS, identity_of

DATA = toy_dataset()


@pytest.mark.parametrize(
    "change",
    [
        {"point": toy_point(learning_rate=3.0000001e-3)},
        {"seed": 8},
        {"budget_examples": 401},
        {"metric": "accuracy"},
        {"precision": "bf16"},
    ],
)
def test_another_job_is_another_trial(tmp_path: Path, change: dict[str, object]) -> None:
    assert identity_of(toy_job(tmp_path, **change), DATA) != identity_of(toy_job(tmp_path), DATA)


def test_where_and_how_fast_it_runs_changes_nothing(tmp_path: Path) -> None:
    moved = toy_job(tmp_path / "other", device="auto", threads=2, batch_parts=4, told=9, best=0.5)
    assert identity_of(moved, DATA) == identity_of(toy_job(tmp_path), DATA)


def changed(split: EncodedSplit, name: str, place: int) -> EncodedSplit:
    array = getattr(split, name).copy()
    array[place] += 1
    return replace(split, **{name: array})


@pytest.mark.parametrize(
    "other",
    [
        replace(DATA, train=changed(DATA.train, "tokens", 100)),
        replace(DATA, train=changed(DATA.train, "labels", 5)),
        replace(DATA, train=changed(DATA.train, "offsets", 5)),
        replace(DATA, validation=changed(DATA.validation, "labels", 29)),
        replace(DATA, train=DATA.validation, validation=DATA.train),
        replace(DATA, label_names=("politics", "sport", "culture")),
        replace(DATA, tokenizer=DATA.tokenizer.replace("word1", "wort1")),
        replace(DATA, max_length=25),
    ],
)
def test_other_data_is_another_trial(tmp_path: Path, other: EncodedDataset) -> None:
    assert identity_of(toy_job(tmp_path), other) != identity_of(toy_job(tmp_path), DATA)


def test_much_data_is_sampled(tmp_path: Path) -> None:
    tokens = np.arange(3 * MOST_TOKENS, dtype=np.int32)
    offsets = np.array([0, len(tokens)])
    data = replace(DATA, train=EncodedSplit(tokens, offsets, np.array([0])))
    other = replace(data, train=EncodedSplit(tokens[::-1], offsets, np.array([0])))
    assert identity_of(toy_job(tmp_path), data) != identity_of(toy_job(tmp_path), other)
