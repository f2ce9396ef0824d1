"""From a folder to a classifier, whatever made it."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from search_spaces import SPACES, Defaults
from tests.tiny_model import LABEL_NAMES
from tests.trials.probe.test_model import CPU, encoded, fitted, point
from tests.trials.toy import LABELS, toy_texts
from trials.classifiers import save_ensemble
from trials.classifiers.loaders import LOADERS, load
from trials.classifiers.transformer import TransformerClassifier
from trials.data.dataset import Split
from trials.errors import ClassifierError
from trials.files.classifier_format import FACTS, save_classifier, write_facts
from trials.linear import KIND as LINEAR
from trials.linear import fit_linear
from trials.tasks import Calibration


def test_a_folder_of_transformers_is_read_by_transformers(tiny_model: Path) -> None:
    found = load(tiny_model)
    assert isinstance(found, TransformerClassifier)
    assert found.label_names == LABEL_NAMES


def test_a_linear_model_is_read_as_what_it_is(tmp_path: Path) -> None:
    texts, labels = toy_texts(30, 0)
    fitted = fit_linear(SPACES["linear"](Defaults()), Split(tuple(texts), np.array(labels)), LABELS)
    save_classifier(fitted, tmp_path / "model")
    np.testing.assert_allclose(load(tmp_path / "model").logits(texts), fitted.logits(texts), atol=1e-6)


def test_the_file_of_ours_decides_where_there_are_both(tiny_model: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_model, tmp_path / "both")
    write_facts(folder, LINEAR, {})
    with pytest.raises(ClassifierError):  # it has no weights of a linear model
        load(folder)


def test_a_kind_of_a_later_version_is_refused_with_those_that_are_known(tmp_path: Path) -> None:
    write_facts(tmp_path, "forest", {})
    with pytest.raises(ClassifierError, match="'forest'") as caught:
        load(tmp_path)
    assert all(kind in str(caught.value) for kind in LOADERS)


@pytest.mark.parametrize("kind", LOADERS)
def test_every_kind_refuses_a_folder_that_lacks_its_weights(tmp_path: Path, kind: str) -> None:
    write_facts(tmp_path, kind, {})
    with pytest.raises(ClassifierError, match=str(tmp_path)):
        load(tmp_path)


def test_nothing_and_damage_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ClassifierError, match="nowhere"):
        load(tmp_path / "nowhere")
    (tmp_path / FACTS).write_text("{")
    with pytest.raises(ClassifierError, match=str(tmp_path)):
        load(tmp_path)


@pytest.mark.parametrize(("precision", "dtype"), [("auto", torch.bfloat16), ("fp32", torch.float32)])
def test_a_probe_computes_in_the_precision_that_is_asked_for_in_an_ensemble_too(
    tmp_path: Path, checkpoint: Path, monkeypatch: pytest.MonkeyPatch, precision: str, dtype: torch.dtype
) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    monkeypatch.setattr("trials.hardware.precision.bf16_pays_on_cpu", lambda: True)
    data = encoded(checkpoint)
    save_classifier(fitted(point(checkpoint), data, None, CPU), tmp_path / "probe")
    assert load(tmp_path / "probe", precision).compute.dtype is dtype
    members = {"trial-1": (tmp_path / "probe", 0.5), "trial-2": (tmp_path / "probe", 0.5)}
    save_ensemble(tmp_path / "ensemble", data.label_names, members, Calibration(1.0))
    ensemble = load(tmp_path / "ensemble", precision)
    assert {member.compute.dtype for member in ensemble.members} == {dtype}
