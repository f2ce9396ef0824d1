"""A linear text classifier: training, writing and reading."""

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from search_spaces import Linear, Words
from trials.data import PLAIN, RowForm, Split
from trials.files import TEXTS_AT_ONCE, read_parts, write_parts
from trials.linear.fits import FitSettings, fit_targets, fit_weights

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import TfidfVectorizer

KIND = "linear"

WORD_OR_CHARACTER = r"(?u)\w+|[^\w\s]"
"""Tokens are words of any length and single other characters: emoji and "!" are informative in reviews."""

RARE_FROM = 500
"""Number of training texts from which on n-grams that occur in few texts are left out; with fewer texts, all count."""

SHORTEST_CHARACTERS = 3

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
    """Logits are `counts @ weights.T + biases`; shapes (classes, features) and (classes,).

    The features of the columns beside the text, those of `form`, come after the counts.
    """

    label_names: tuple[str, ...]
    words: Words
    vectorizers: "tuple[TfidfVectorizer, ...]"
    weights: NDArray[np.float32]
    biases: NDArray[np.float32]
    form: RowForm = PLAIN

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
        logits: NDArray[np.float64] = (
            _counts(self.vectorizers, texts, self.form) @ self.weights.T.astype(np.float64) + self.biases
        )
        return logits

    def tempered(self, temperature: float) -> Self:
        """Return the classifier whose logits are those of this one, divided by `temperature`."""
        return replace(self, weights=self.weights / temperature, biases=self.biases / temperature)

    def write(self, folder: Path) -> None:
        """Write the classifier into `folder`."""
        words = self.words
        facts = {
            "label_names": self.label_names,
            "words": words.words,
            "characters": words.characters,
            "sublinear": words.sublinear,
            "vocabularies": [_terms(vectorizer) for vectorizer in self.vectorizers],
        }
        if self.form.also:
            facts["also"] = self.form.facts()
        frequencies = {f"idf.{number}": vectorizer.idf_ for number, vectorizer in enumerate(self.vectorizers)}
        write_parts(folder, KIND, facts, {"weights": self.weights, "biases": self.biases, **frequencies})


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
        bodies = form.bodies(train.texts)
        fitted = [_counted(point.text, analyzer, bodies, rarest, most) for analyzer in _analyzers(point.text)]
        vectorizers = tuple(vectorizer for vectorizer, _ in fitted)
        counts = _stacked([*(part for _, part in fitted), *_beside(form, train.texts)])
        iterations = _iterations(counts.nnz, len(label_names))
        settings = FitSettings(point.inverse_penalty, point.balanced, iterations)
        if train.targets is None:
            weights, biases = fit_weights(settings, counts, train.labels, len(label_names))
        else:
            weights, biases = fit_targets(settings, counts, train.targets, train.labels)
    return LinearClassifier(label_names, point.text, vectorizers, weights, biases, form)


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
    words = Words(facts["words"], facts["characters"], 1, facts["sublinear"])
    vectorizers = []
    for number, (analyzer, terms) in enumerate(zip(_analyzers(words), facts["vocabularies"], strict=True)):
        vectorizer = _vectorizer(words, analyzer, vocabulary={term: index for index, term in enumerate(terms)})
        vectorizer.idf_ = arrays[f"idf.{number}"]
        vectorizers.append(vectorizer)
    form = RowForm.of_facts((), facts.get("also", ()))
    names = tuple(facts["label_names"])
    return LinearClassifier(names, words, tuple(vectorizers), arrays["weights"], arrays["biases"], form)


def _analyzers(words: Words) -> Iterator[str]:
    yield "word"
    if words.characters:
        yield "char_wb"


def _vectorizer(words: Words, analyzer: str, **settings: Any) -> "TfidfVectorizer":
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415

    runs = (1, words.words) if analyzer == "word" else (SHORTEST_CHARACTERS, max(SHORTEST_CHARACTERS, words.characters))
    return TfidfVectorizer(
        analyzer=analyzer,
        ngram_range=runs,
        token_pattern=WORD_OR_CHARACTER if analyzer == "word" else None,
        sublinear_tf=words.sublinear,
        dtype=np.float32,
        **settings,
    )


def _counted(
    words: Words, analyzer: str, texts: Sequence[str], rarest: int, most: int
) -> "tuple[TfidfVectorizer, csr_matrix]":
    """Fit a vectorizer to `texts`. If no n-gram is frequent enough, as in texts without spaces, rare ones are kept."""
    vectorizer = _vectorizer(words, analyzer, min_df=rarest, max_features=most)
    try:
        return vectorizer, vectorizer.fit_transform(texts)
    except ValueError:
        if rarest == 1:
            raise
        return _counted(words, analyzer, texts, 1, most)


def _counts(vectorizers: "Sequence[TfidfVectorizer]", texts: Sequence[str], form: RowForm) -> "csr_matrix":
    bodies = form.bodies(texts)
    return _stacked([*(vectorizer.transform(bodies) for vectorizer in vectorizers), *_beside(form, texts)])


def _beside(form: RowForm, texts: Sequence[str]) -> "Iterator[csr_matrix]":
    """Yield the features of the columns beside the texts, if there are any."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415

    if form.also:
        yield csr_matrix(form.features(texts))


def _stacked(parts: "list[csr_matrix]") -> "csr_matrix":
    from scipy.sparse import hstack  # noqa: PLC0415

    return parts[0] if len(parts) == 1 else hstack(parts, format="csr")


def _terms(vectorizer: "TfidfVectorizer") -> list[str]:
    terms: list[str] = vectorizer.get_feature_names_out().tolist()
    return terms
