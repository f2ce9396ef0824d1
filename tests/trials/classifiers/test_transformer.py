import shutil
from pathlib import Path

import numpy as np
import pytest
from transformers import AutoModel, AutoModelForSequenceClassification, AutoTokenizer

from tests.tiny_model import LABEL_NAMES
from trials.classifiers.transformer import TransformerClassifier
from trials.errors import ClassifierError

TEXTS = [
    "the market",
    "a good film and a bad plot",
    "goal",
    "",
    "the team was good in the cup , the bank is bad . " * 5,
]


def test_logits_do_not_depend_on_the_batch_a_text_is_in(tiny_model: Path) -> None:
    classifier = TransformerClassifier(tiny_model)
    alone = np.concatenate([classifier.logits([text]) for text in TEXTS])
    assert classifier.label_names == LABEL_NAMES
    assert alone.shape == (5, 3)
    assert len({tuple(row) for row in alone.round(3)}) == 5  # the model tells the texts apart, so order is tested
    np.testing.assert_allclose(classifier.logits(TEXTS, batch_size=2), alone, atol=1e-5)
    np.testing.assert_allclose(classifier.logits(TEXTS, batch_size=64), alone, atol=1e-5)


def test_no_text_no_logits(tiny_model: Path) -> None:
    assert TransformerClassifier(tiny_model).logits([]).shape == (0, 3)


def test_a_missing_folder_and_a_folder_without_a_model_are_named(tmp_path: Path) -> None:
    with pytest.raises(ClassifierError, match=r"must be a folder that exists, not '.*nowhere'"):
        TransformerClassifier(tmp_path / "nowhere")
    with pytest.raises(ClassifierError, match=r"must hold a config\.json"):
        TransformerClassifier(tmp_path)


def test_a_damaged_model_is_one_clear_message(tiny_model: Path, tmp_path: Path) -> None:
    broken = shutil.copytree(tiny_model, tmp_path / "broken")
    (broken / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(ClassifierError, match="must load with transformers"):
        TransformerClassifier(broken)


def test_an_encoder_without_a_classifier_is_refused(tiny_model: Path, tmp_path: Path) -> None:
    AutoModel.from_pretrained(tiny_model).save_pretrained(tmp_path)
    AutoTokenizer.from_pretrained(tiny_model).save_pretrained(tmp_path)
    with pytest.raises(ClassifierError, match=r"trained text classifier.*classifier\.weight"):
        TransformerClassifier(tmp_path)


def test_a_model_without_its_tokenizer_is_refused(tiny_model: Path, tmp_path: Path) -> None:
    """transformers makes one up, to which every word is an unknown one, and whose predictions mean nothing."""
    folder = Path(shutil.copytree(tiny_model, tmp_path / "model"))
    (folder / "tokenizer.json").unlink()
    with pytest.raises(ClassifierError, match="must have its tokenizer, but the one there has no words"):
        TransformerClassifier(folder)


@pytest.mark.parametrize(
    ("problem", "is_known"), [(None, False), ("regression", True), ("multi_label_classification", True)]
)
def test_one_output_must_be_known_as_a_number_or_a_label(
    tiny_model: Path, tmp_path: Path, problem: str | None, is_known: bool
) -> None:
    model = AutoModelForSequenceClassification.from_pretrained(tiny_model, num_labels=1, ignore_mismatched_sizes=True)
    model.config.problem_type = problem
    model.save_pretrained(tmp_path)
    AutoTokenizer.from_pretrained(tiny_model).save_pretrained(tmp_path)
    if is_known:
        assert TransformerClassifier(tmp_path).logits(TEXTS).shape == (5, 1)
    else:
        with pytest.raises(
            ClassifierError, match=r"one output, must say what it is, with the problem_type 'regression'"
        ):
            TransformerClassifier(tmp_path)
