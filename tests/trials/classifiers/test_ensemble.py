"""Several models in one folder, whose probabilities are averaged."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from search_spaces import SPACES, Defaults
from tests.trials.toy import LABELS, toy_texts
from trials.classifiers import MEMBERS, graph_of, load, save_ensemble
from trials.data.dataset import Split
from trials.errors import CheckpointError, ClassifierError
from trials.files import FACTS, read_thresholds, save_classifier
from trials.linear import fit_linear
from trials.metrics import log_softmax
from trials.tasks import MULTI_LABEL, Calibration

TEXTS = ("a ball and a vote", "word1 word2", "the ball", "")


@pytest.fixture(scope="module")
def models(tmp_path_factory) -> dict[str, Path]:
    """Two linear models of different rows, with logits of validation rows beside them."""
    folder = tmp_path_factory.mktemp("models")
    for name, seed in (("trial-3", 0), ("trial-7", 1)):
        texts, labels = toy_texts(60, seed)
        split = Split(tuple(texts), np.array(labels, dtype=np.int64))
        save_classifier(fit_linear(SPACES["linear"](Defaults()), split, LABELS), folder / name, np.zeros((5, 3)))
    return {path.name: path for path in sorted(folder.iterdir())}


def test_its_probabilities_are_the_weighted_mean_of_those_of_its_members(models, tmp_path):
    shares = dict(zip(models, (0.75, 0.25), strict=True))
    members = {name: (models[name], share) for name, share in shares.items()}
    save_ensemble(tmp_path / "best", LABELS, members, Calibration(0.5))
    mean = sum(share * np.exp(log_softmax(load(models[name]).logits(TEXTS))) for name, share in shares.items())
    ensemble = load(tmp_path / "best")
    np.testing.assert_allclose(np.exp(log_softmax(ensemble.logits(TEXTS) * 0.5)), mean, atol=1e-9)
    assert ensemble.label_names == LABELS
    assert ensemble.logits([]).shape == (0, 3)


def test_a_copy_has_its_members_as_models_of_their_own(models, tmp_path):
    save_ensemble(tmp_path / "built", LABELS, {name: (folder, 0.5) for name, folder in models.items()})
    shutil.copytree(tmp_path / "built", tmp_path / "best")
    shutil.rmtree(tmp_path / "built")
    member = tmp_path / "best" / MEMBERS / "trial-7"
    assert not member.is_symlink()
    np.testing.assert_allclose(load(member).logits(TEXTS), load(models["trial-7"]).logits(TEXTS))


def test_a_member_that_is_missing_or_of_other_classes_is_told(models, tmp_path):
    folder = tmp_path / "best"
    save_ensemble(folder, LABELS, {name: (model, 0.5) for name, model in models.items()})
    other = folder / MEMBERS / "trial-7" / FACTS
    own = other.read_text()
    other.write_text(json.dumps({**json.loads(own), "label_names": ["x", "y", "z"]}))
    with pytest.raises(ClassifierError, match=r"'trial-7'.*must have the classes"):
        load(folder)
    other.write_text(own)
    (folder / MEMBERS / "trial-7").unlink()
    with pytest.raises(ClassifierError, match="trial-7"):
        load(folder)


def test_a_disk_that_refuses_leaves_what_was_there(models, tmp_path):
    folder = tmp_path / "best"
    save_ensemble(folder, LABELS, {"trial-3": (models["trial-3"], 1.0)})
    with pytest.raises(CheckpointError):
        save_ensemble(folder, LABELS, {"gone": (tmp_path / "gone", 1.0)})
    assert load(folder).logits(TEXTS).shape == (4, 3)
    assert [path.name for path in tmp_path.iterdir()] == ["best"]


def test_it_is_no_graph_and_the_error_names_the_single_models(models, tmp_path):
    save_ensemble(tmp_path / "best", LABELS, {name: (model, 0.5) for name, model in models.items()})
    with pytest.raises(ClassifierError, match=r"it is an ensemble; .*'members'.*'best-single'"):
        graph_of(tmp_path / "best")


def test_of_several_labels_a_text_it_is_the_mean_of_the_probabilities_of_each_label(models, tmp_path):
    members = {name: (folder, 0.5) for name, folder in models.items()}
    save_ensemble(tmp_path / "best", LABELS, members, Calibration(0.5, (0.2, 0.4, 0.6)))
    mean = np.mean([MULTI_LABEL.probabilities(load(folder).logits(TEXTS)) for folder in models.values()], axis=0)
    found = MULTI_LABEL.probabilities(load(tmp_path / "best").logits(TEXTS) * 0.5)
    np.testing.assert_allclose(found, mean, atol=1e-9)
    assert read_thresholds(tmp_path / "best", 3) == (0.2, 0.4, 0.6)
