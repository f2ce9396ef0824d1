"""A linear text classifier: training, writing and reading."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from search_spaces import Linear, Words
from trials.data import PLAIN, RowForm, SoftTargets, Split
from trials.files import TEXTS_AT_ONCE, read_parts, write_parts
from trials.tasks import MULTI_LABEL, SINGLE_LABEL, LabelArray, task_of

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

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

LEAST_SHARE = 0.002
"""Probability below which an answer of another model is not learned, so that many classes do not multiply the work."""

MANY_CLASSES = 500
MOST_WORK = 2_500_000_000
FEWEST_ITERATIONS = 20
"""Beyond `MANY_CLASSES`, iterations times n-grams of all texts times classes are at most `MOST_WORK`, some 30 s.
Where that leaves fewer than `FEWEST_ITERATIONS`, the weights of a class are the mean features of its texts.
"""

NEVER = float(np.log(np.finfo(np.float32).tiny))
"""Logit of a class that the training split lacks: the logarithm of the smallest normal fp32 probability."""


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
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - takes a second, and not all need it
    from threadpoolctl import threadpool_limits  # noqa: PLC0415

    rarest = point.text.rarest if len(train) >= RARE_FROM else 1
    with threadpool_limits(threads), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the last digits have not converged
        most = min(MOST_RUNS, MOST_WEIGHTS // len(label_names))
        bodies = form.bodies(train.texts)
        fitted = [_counted(point.text, analyzer, bodies, rarest, most) for analyzer in _analyzers(point.text)]
        vectorizers = tuple(vectorizer for vectorizer, _ in fitted)
        counts = _stacked([*(part for _, part in fitted), *_beside(form, train.texts)])
        iterations = _iterations(counts.nnz, len(label_names))
        regression = LogisticRegression(
            C=point.inverse_penalty, max_iter=max(1, iterations), class_weight="balanced" if point.balanced else None
        )
        name = task_of(train.labels).name
        if train.targets is None:
            weights, biases = _FITS[name](regression, counts, train.labels, len(label_names))
        else:
            weights, biases = _fit_targets(_FITS[name], regression, counts, train.targets, name)
    return LinearClassifier(label_names, point.text, vectorizers, weights, biases, form)


def _fit_one_label(
    regression: "LogisticRegression",
    counts: "csr_matrix",
    labels: LabelArray,
    classes: int,
    shares: NDArray[np.float32] | None = None,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return weights and biases of the logits of a softmax; with very many classes, of the means of their texts."""
    if regression.max_iter < FEWEST_ITERATIONS:
        return _means(counts, labels, classes)
    regression.fit(counts, labels, sample_weight=shares)
    weights = np.zeros((classes, counts.shape[1]), dtype=np.float32)
    biases = np.full(classes, NEVER, dtype=np.float32)
    if len(regression.classes_) == 2:  # scikit-learn keeps the second of two alone
        first, second = regression.classes_
        weights[second], biases[first], biases[second] = regression.coef_[0], 0.0, regression.intercept_[0]
    else:
        weights[regression.classes_], biases[regression.classes_] = regression.coef_, regression.intercept_
    return weights, biases


def _fit_several_labels(
    regression: "LogisticRegression",
    counts: "csr_matrix",
    labels: LabelArray,
    classes: int,
    shares: NDArray[np.float32] | None = None,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return weights and biases of the log-odds of each label, which has a regression of its own."""
    regression.max_iter = max(regression.max_iter, FEWEST_ITERATIONS)
    weights = np.zeros((classes, counts.shape[1]), dtype=np.float32)
    biases = np.where(labels.all(axis=0), -NEVER, NEVER).astype(np.float32)
    for label in np.flatnonzero(labels.any(axis=0) & ~labels.all(axis=0)):
        regression.fit(counts, labels[:, label], sample_weight=None if shares is None else shares[:, label])
        weights[label], biases[label] = regression.coef_[0], regression.intercept_[0]
    return weights, biases


Fit: TypeAlias = "Callable[..., tuple[NDArray[np.float32], NDArray[np.float32]]]"

_FITS: dict[str, Fit] = {SINGLE_LABEL.name: _fit_one_label, MULTI_LABEL.name: _fit_several_labels}


def _fit_targets(
    fit: Fit, regression: "LogisticRegression", counts: "csr_matrix", targets: SoftTargets, task: str
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return weights and biases that fit soft targets: each text counts once for each answer, by its probability."""
    probabilities, classes = targets.probabilities, targets.probabilities.shape[1]
    if task == SINGLE_LABEL.name:
        rows, labels = np.nonzero(probabilities >= LEAST_SHARE)
        weights, biases = fit(regression, counts[rows], labels, classes, probabilities[rows, labels])
    else:
        rows = np.tile(np.arange(len(probabilities)), 2)
        present = np.arange(len(rows)) < len(probabilities)
        shares = np.concatenate([probabilities, 1 - probabilities])
        weights, biases = fit(regression, counts[rows], np.repeat(present[:, None], classes, axis=1), classes, shares)
    return weights * targets.temperature, biases * targets.temperature


def _iterations(entries: int, classes: int) -> int:
    """Return the most iterations of the regression over features with so many entries that are not 0."""
    if classes <= MANY_CLASSES:
        return MOST_ITERATIONS
    return min(MOST_ITERATIONS, MOST_WORK // (entries * classes))


def _means(
    counts: "csr_matrix", labels: NDArray[np.int64], classes: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return weights that are the mean features of each class, divided by their length; and biases of 0."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415

    rows = np.arange(len(labels))
    sums = (
        csr_matrix((np.ones(len(labels), dtype=np.float32), (labels, rows)), (classes, len(labels))) @ counts
    ).toarray()
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    biases = np.where(lengths[:, 0] > 0, 0.0, NEVER).astype(np.float32)
    return sums / np.maximum(lengths, np.finfo(np.float32).tiny), biases


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
