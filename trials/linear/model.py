"""A linear text classifier: training, writing and reading."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from search_spaces import Linear
from trials.data import PLAIN, RowForm, Split
from trials.files import TEXTS_AT_ONCE, read_parts, write_parts
from trials.linear.features import TextFeatures
from trials.linear.fits import FitSettings, fit_targets, fit_weights

if TYPE_CHECKING:
    from sklearn.feature_extraction.text import TfidfVectorizer

KIND = "linear"

RARE_FROM = 500
"""Number of training texts from which on n-grams that occur in few texts are left out; with fewer texts, all count."""

MOST_WEIGHTS = 50_000_000
MOST_RUNS = 1_000_000
"""Limits of n-grams, and of n-grams times classes. Beyond them, only the most frequent n-grams are kept: rare ones cost
gigabytes and add little.
"""

MOST_ITERATIONS = 300

MANY_CLASSES = 500
MOST_WORK = 2_500_000_000
"""Beyond `MANY_CLASSES`, iterations times n-grams of all texts times classes are at most `MOST_WORK`, some 30 s.
Where that leaves fewer than `trials.linear.fits.FEWEST_ITERATIONS`, the weights of a class are means.
"""


@dataclass(frozen=True)
class LinearClassifier:
    """Logits are `features @ weights.T + biases`; shapes (classes, features) and (classes,)."""

    label_names: tuple[str, ...]
    features: TextFeatures
    weights: NDArray[np.float32]
    biases: NDArray[np.float32]

    @property
    def vectorizers(self) -> "tuple[TfidfVectorizer, ...]":
        """What counts n-grams: of words, and of characters if they are counted."""
        return self.features.vectorizers

    @property
    def parameters(self) -> int:
        """Number of learnt parameters."""
        return self.weights.size + self.biases.size

    def logits(self, texts: Sequence[str], batch_size: int = TEXTS_AT_ONCE) -> NDArray[np.float64]:
        """Return the logits of each text, shape (n, classes).

        Args:
            texts: the texts; there may be none.
            batch_size: ignored, because all texts are scored at once.
        """
        if not texts:
            return np.zeros((0, len(self.label_names)))
        logits: NDArray[np.float64] = self.features.of(texts) @ self.weights.T.astype(np.float64) + self.biases
        return logits

    def tempered(self, temperature: float) -> Self:
        """Return the classifier whose logits are those of this one, divided by `temperature`."""
        return replace(self, weights=self.weights / temperature, biases=self.biases / temperature)

    def write(self, folder: Path) -> None:
        """Write the classifier into `folder`."""
        facts = {"label_names": self.label_names, **self.features.facts()}
        weights = {"weights": self.weights, "biases": self.biases}
        write_parts(folder, KIND, facts, {**weights, **self.features.arrays()})


def fit_linear(
    point: Linear, train: Split, label_names: tuple[str, ...], threads: int = 1, form: RowForm = PLAIN
) -> LinearClassifier:
    """Train on one split. It takes about 4 s for the 1 500 long texts of BBC News, with the defaults.

    Args:
        point: the parameters.
        train: the texts and labels; a class that does not occur is never predicted.
        label_names: of all classes.
        threads: number of threads that may compute.
        form: the form of the texts; the columns beside them are features.
    """
    from threadpoolctl import threadpool_limits  # noqa: PLC0415 - not all need it

    rarest = point.text.rarest if len(train) >= RARE_FROM else 1
    with threadpool_limits(threads), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the last digits have not converged
        most = min(MOST_RUNS, MOST_WEIGHTS // len(label_names))
        features, counts = TextFeatures.fitted(point.text, train.texts, form, rarest, most)
        iterations = _iterations(counts.nnz, len(label_names))
        settings = FitSettings(point.inverse_penalty, point.balanced, iterations)
        if train.targets is None:
            weights, biases = fit_weights(settings, counts, train.labels, len(label_names))
        else:
            weights, biases = fit_targets(settings, counts, train.targets, train.labels)
    return LinearClassifier(label_names, features, weights, biases)


def _iterations(entries: int, classes: int) -> int:
    """Return the most iterations of the regression over features with so many entries that are not 0."""
    if classes <= MANY_CLASSES:
        return MOST_ITERATIONS
    return min(MOST_ITERATIONS, MOST_WORK // (entries * classes))


def load_linear(folder: Path) -> LinearClassifier:
    """Read the classifier that was written into `folder`.

    Raises:
        ClassifierError: it cannot be read.
    """
    facts, arrays = read_parts(folder)
    features = TextFeatures.read(facts, arrays)
    return LinearClassifier(tuple(facts["label_names"]), features, arrays["weights"], arrays["biases"])
