"""Explains a prediction of a transformer by its tokens, with integrated gradients."""

import numpy as np

from automl.export.explanations.occlusion import Explanation, WordWeight
from trials.classifiers import TransformerClassifier, attribute_tokens
from trials.files import TextClassifier
from trials.metrics import log_softmax


def explain_tokens(classifier: TextClassifier, text: str) -> Explanation | None:
    """Return what each token of `text` adds to the log-odds of the predicted label; None if the model has no gradients.

    Args:
        classifier: the model; only those that transformers loads, and that read a text as it is, are explained.
        text: the text.
    """
    if not isinstance(classifier, TransformerClassifier) or not classifier.reads_plainly:
        return None
    probabilities = np.exp(log_softmax(classifier.logits([text])))[0]
    label = int(probabilities.argmax())
    found = attribute_tokens(classifier, text, label)
    weights = tuple(
        WordWeight(text[token.start : token.end], token.start, token.end, token.weight) for token in found.tokens
    )
    return Explanation(text, classifier.label_names[label], float(probabilities[label]), weights)
