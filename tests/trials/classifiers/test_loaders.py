"""From a folder to a classifier, whatever made it."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from search_spaces import SPACES, Defaults
from tests.tiny_model import LABEL_NAMES
from tests.trials.toy import LABELS, toy_texts
from trials.classifiers.loaders import LOADERS, load
from trials.classifiers.transformer import TransformerClassifier
from trials.data.dataset import Split
from trials.errors import ClassifierError
from trials.files.classifier_format import FACTS, save_classifier, write_facts
from trials.linear import KIND as LINEAR
from trials.linear import fit_linear


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
