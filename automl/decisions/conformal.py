"""Sets of labels that contain the true one with a given probability.

Split conformal prediction with the least ambiguous sets (Sadinle, Lei & Wasserman, "Least Ambiguous Set-Valued
Classifiers with Bounded Error Levels", 2019): of all sets with the same coverage these are the smallest on average. The
most probable label is always in its set, so that no set is empty, which only adds to the coverage.
"""

import math

import numpy as np
from numpy.typing import NDArray

from trials.metrics import Labels, Logits, log_softmax


def conformal_scores(logits: Logits, labels: Labels) -> NDArray[np.float64]:
    """Return how strange the true label of each row is to the model, from 0 to 1, in ascending order; shape (n,).

    Args:
        logits: logits of rows that the model was not fitted to, shape (n, classes).
        labels: class ids, shape (n,).
    """
    true = np.exp(log_softmax(logits)[np.arange(len(labels)), labels])
    return np.sort(1.0 - true)


def label_sets(logits: Logits, scores: NDArray[np.float64], coverage: float) -> NDArray[np.bool_]:
    """Return which labels are in the set of each row, shape as `logits`.

    If the rows are exchangeable with those of the scores, the set of a row has its true label with a probability of at
    least `coverage`. With fewer than `coverage / (1 - coverage)` scores that takes all labels.

    Args:
        logits: logits of new rows, shape (n, classes).
        scores: what `conformal_scores` returned, shape (m,).
        coverage: between 0 and 1.
    """
    probabilities = np.exp(log_softmax(logits))
    rank = math.ceil((len(scores) + 1) * coverage - 1e-9)
    highest = np.inf if rank > len(scores) else scores[max(rank, 1) - 1]
    sets: NDArray[np.bool_] = 1.0 - probabilities <= highest
    sets[np.arange(len(logits)), logits.argmax(axis=1)] = True
    return sets
