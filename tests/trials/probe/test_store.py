"""Features on disk: each computed once, by whoever comes first, and again where one is damaged."""

import multiprocessing
import os
import signal
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from search_spaces import PretrainedText
from tests.trials.pretrained.jobs import dataset
from tests.trials.toy import encode, toy_texts
from trials.data.dataset import EncodedSplit
from trials.data.encoding import encode as encode_dataset
from trials.probe.store import SMALLEST_CHUNK, FeatureStore, portion, store_of

SPLIT = encode(*toy_texts(5 * SMALLEST_CHUNK, seed=0))
ALL = portion("all", SPLIT.lengths, np.arange(len(SPLIT)))


def features(split: EncodedSplit, rows: np.ndarray) -> np.ndarray:
    return np.stack([split.lengths[rows], rows], axis=1).astype(np.float32)


def gathered(store: FeatureStore, compute) -> np.ndarray:
    parts = [chunk for chunk in store.get(ALL, compute) if chunk is not None]
    order = np.argsort(np.concatenate([rows for rows, _ in parts]))
    return np.concatenate([found for _, found in parts])[order]


EXPECTED = features(SPLIT, np.arange(len(SPLIT)))


@pytest.mark.parametrize("kept", [True, False])
def test_every_row_has_its_features(tmp_path, kept):
    store = FeatureStore(tmp_path / "store" if kept else None)
    np.testing.assert_array_equal(gathered(store, lambda rows: features(SPLIT, rows)), EXPECTED)


def test_what_is_there_is_not_computed_again_and_what_is_damaged_is(tmp_path):
    asked: list[int] = []

    def compute(rows: np.ndarray) -> np.ndarray:
        asked.append(len(rows))
        return features(SPLIT, rows)

    store = FeatureStore(tmp_path)
    gathered(store, compute)
    assert asked == [SMALLEST_CHUNK] * 5
    (tmp_path / "all-00002.npy").write_bytes(b"half a file")
    (tmp_path / "all-00003.npy").unlink()
    np.testing.assert_array_equal(gathered(store, compute), EXPECTED)
    assert len(asked) == 7


def test_a_store_knows_whether_it_has_a_portion(tmp_path):
    store = FeatureStore(tmp_path)
    assert not store.has(ALL)
    gathered(store, lambda rows: features(SPLIT, rows))
    assert store.has(ALL)
    (tmp_path / "all-00002.npy").unlink()
    assert not store.has(ALL)
    assert not FeatureStore(None).has(ALL)


def slowly(folder: Path, log: Path) -> None:
    def compute(rows: np.ndarray) -> np.ndarray:
        time.sleep(0.3)
        with log.open("a") as file:
            file.write(f"{os.getpid()}\n")
        return features(SPLIT, rows)

    np.testing.assert_array_equal(gathered(FeatureStore(folder), compute), EXPECTED)


def test_processes_share_the_work_and_one_does_what_a_killed_one_leaves(tmp_path):
    context = multiprocessing.get_context("fork")
    two = [context.Process(target=slowly, args=(tmp_path / "store", tmp_path / "log")) for _ in range(2)]
    for process in two:
        process.start()
    for process in two:
        process.join(30)
    who = (tmp_path / "log").read_text().split()
    assert len(who) == 5 and set(who) == {str(process.pid) for process in two}

    killed = context.Process(target=slowly, args=(tmp_path / "again", tmp_path / "other"))
    killed.start()
    time.sleep(0.15)
    os.kill(killed.pid, signal.SIGKILL)
    killed.join()
    np.testing.assert_array_equal(
        gathered(FeatureStore(tmp_path / "again"), lambda rows: features(SPLIT, rows)), EXPECTED
    )


def test_a_disk_that_refuses_costs_no_more_than_the_cache(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    for folder in (tmp_path / "file" / "store", tmp_path / "full"):
        np.testing.assert_array_equal(gathered(FeatureStore(folder), lambda rows: features(SPLIT, rows)), EXPECTED)
        monkeypatch.setattr("numpy.save", full)


def test_locks_that_cannot_be_taken_cost_no_more_than_the_cache(tmp_path):
    """Those of another user, for instance."""
    (tmp_path / "all-00000.lock").mkdir()
    (tmp_path / "all-00003.lock").mkdir()
    np.testing.assert_array_equal(gathered(FeatureStore(tmp_path), lambda rows: features(SPLIT, rows)), EXPECTED)


def full(*arguments: object) -> None:
    raise OSError(28, "No space left on device")


def test_rows_with_another_second_column_have_other_features(tmp_path, checkpoint):
    data = encode_dataset(dataset(), PretrainedText(str(checkpoint), 64), 64, None)
    swapped = replace(data, train=data.validation, validation=data.train)
    both = [replace(data, second=second) for second in (None, data, swapped)]
    stores = {store_of(tmp_path, each, checkpoint, "fp32").folder for each in both}
    assert len(stores) == 3
