from pathlib import Path

import numpy as np

from automl.export.explanations.tokens import explain_tokens
from automl.export.load_model import load_classifier
from tests.tiny_model import LABEL_NAMES
from tests.trials.classifiers.test_requirements import linear

__all__ = ["linear"]


def test_the_tokens_of_a_transformer_explain_its_label(tiny_model: Path) -> None:
    classifier = load_classifier(tiny_model)
    found = explain_tokens(classifier, "a good goal")
    assert found is not None
    logits = classifier.logits(["a good goal"])[0]
    assert found.label == LABEL_NAMES[logits.argmax()]
    assert 0 < found.probability < 1 and np.isclose(found.probability, np.exp(logits).max() / np.exp(logits).sum())
    assert [word.text for word in found.words] == ["a", "good", "goal"]
    assert any(word.weight for word in found.words)


def test_a_model_without_gradients_is_not_explained(linear: Path) -> None:
    assert explain_tokens(load_classifier(linear), "a good goal") is None
