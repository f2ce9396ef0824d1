"""Features that are kept while several probes of one encoder are scored."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from search_spaces import SPACES, PretrainedText, Space
from tests.trials.pretrained.jobs import dataset
from trials.classifiers import load, save_ensemble
from trials.classifiers.ensemble import Ensemble
from trials.data.encoding import unlabelled
from trials.data.encoding.tokenization import encode
from trials.probe import KeptFeatures, kept_features, load_probe, sharing_features
from trials.probe import model as module
from trials.protocol import TrialJob
from trials.run import run_trial
from trials.tasks import SINGLE_LABEL
from trials.training import Compute

SPACE = Space("probe", SPACES["probe"])
TEXTS = dataset().validation.texts
LABELS = dataset().label_names


def _reading(folder: Path, texts: int) -> tuple[object, ...]:
    probe = load_probe(folder, Compute(torch.device("cpu"), torch.float32))
    split = unlabelled(probe.tokenizer, TEXTS[:texts], probe.reading.of_a_part)
    return probe.encoder, split, np.arange(texts), probe.compute


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The number of texts of each call of the encoder."""
    counts: list[int] = []
    true = module.encoder_features
    monkeypatch.setattr(module, "encoder_features", lambda *given: counts.append(len(given[2])) or true(*given))
    return counts


@pytest.fixture
def models(tmp_path: Path, checkpoint: Path) -> list[Path]:
    """Two probes of one encoder."""
    data = encode(dataset(), PretrainedText(str(checkpoint), 64), 64, None)
    folders = []
    for layers in (1, 2):
        values = {"architecture.checkpoint": str(checkpoint), "features.layers": layers}
        point = SPACE.replay({**SPACE.defaults(), **values})
        job = TrialJob(
            0, point, 7, 900, "macro_f1", tmp_path / f"{layers}", tmp_path / "state", cache=tmp_path / "cache"
        )
        list(run_trial(job, data))
        folders.append(job.checkpoint)
    return folders


def test_probes_of_one_encoder_read_the_same_texts_once(models: list[Path], read: list[int]) -> None:
    alone = [load(folder).logits(TEXTS) for folder in models]
    assert read == [len(TEXTS)] * 2, "nothing is kept unless it is asked for"
    kept = KeptFeatures()
    read.clear()
    for folder, expected in zip(models, alone, strict=True):
        with kept.in_use():
            np.testing.assert_array_equal(load(folder).logits(TEXTS), expected)
    assert read == [len(TEXTS)]
    with kept.in_use():
        load(models[0]).logits(TEXTS[:5])
    assert read == [len(TEXTS), 5], "other texts are read"
    load(models[0]).logits(TEXTS)
    assert read[2:] == [len(TEXTS)], "outside of the block nothing is taken"


def test_an_ensemble_reads_texts_once_for_all_probes_of_one_encoder(
    models: list[Path], read: list[int], tmp_path: Path
) -> None:
    alone = [load(folder).logits(TEXTS) for folder in models]
    save_ensemble(tmp_path / "best", LABELS, {folder.name: (folder, 0.5) for folder in models})
    shutil.copytree(tmp_path / "best", tmp_path / "copy")  # there each member has files of its own
    for folder in (tmp_path / "best", tmp_path / "copy"):
        read.clear()
        ensemble = load(folder)
        assert isinstance(ensemble, Ensemble)
        expected = SINGLE_LABEL.mean(alone, (0.5, 0.5))
        np.testing.assert_allclose(ensemble.logits(TEXTS), expected, atol=1e-12)
        assert read == [len(TEXTS)]
        ensemble.logits(TEXTS)
        assert read == [len(TEXTS)] * 2, "nothing is kept from one call to the next"


def test_of_many_texts_each_is_read_once_though_the_features_of_all_take_too_much_memory(
    models: list[Path], read: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = SINGLE_LABEL.mean([load(folder).logits(TEXTS) for folder in models], (0.5, 0.5))
    save_ensemble(tmp_path / "best", LABELS, {folder.name: (folder, 0.5) for folder in models})
    monkeypatch.setattr(kept_features, "TEXTS_TOGETHER", 4)
    monkeypatch.setattr(kept_features, "MOST_BYTES", 1.5 * module.encoder_features(*_reading(models[0], 4)).nbytes)
    read.clear()
    np.testing.assert_allclose(load(tmp_path / "best").logits(TEXTS), expected, atol=1e-2)
    assert sum(read) == len(TEXTS) and max(read) == 4


def test_what_is_kept_already_stays_in_use(models: list[Path], read: list[int]) -> None:
    kept = KeptFeatures()
    for folder in models:
        with kept.in_use(), sharing_features():
            load(folder).logits(TEXTS)
    assert read == [len(TEXTS)]


def test_other_windows_and_formats_are_other_features(models: list[Path], read: list[int]) -> None:
    probe = load(models[0])
    with KeptFeatures().in_use():
        probe.logits(TEXTS)
        replace(probe, reading=replace(probe.reading, longest=4, windows=2)).logits(TEXTS)
    assert len(read) == 2


def array_of(size: int) -> Callable[[], np.ndarray]:
    return lambda: np.zeros(size, dtype=np.float32)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_features, "MOST_BYTES", 100)
    kept, asked = KeptFeatures(), []

    def get(key: bytes, size: int) -> None:
        assert len(kept.get(key, lambda: asked.append(key) or array_of(size)())) == size

    get(b"a", 10)
    get(b"b", 10)
    get(b"a", 10)
    assert asked == [b"a", b"b"]
    get(b"c", 10)  # the oldest one leaves
    get(b"b", 10)
    get(b"a", 10)
    assert asked == [b"a", b"b", b"c", b"a"]
    get(b"large", 1_000)  # too large to be kept
    get(b"large", 1_000)
    assert asked[-2:] == [b"large", b"large"]
