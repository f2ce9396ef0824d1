"""Features of texts for a linear model: TF-IDF of n-grams, what two columns share, and the columns beside the text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from search_spaces import Words
from trials.data import PLAIN, RowForm, pair_of

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import TfidfVectorizer

WORD_OR_CHARACTER = r"(?u)\w+|[^\w\s]"
"""Tokens are words of any length and single other characters: emoji and "!" are informative in reviews."""

SHORTEST_CHARACTERS = 3

LARGEST = 5.0
"""Standard deviations from the mean at which a similarity is cut, so that it cannot outweigh all words."""

SCALE = 0.3
"""Standard deviation of a cosine as a feature. N-grams have less; with much more, a cosine that tells nothing hurts."""

APART = "apart"


@dataclass(frozen=True)
class TextFeatures:
    """What a linear model counts in a text.

    Without a pair these are the n-grams of the text. With one, they are those of the first column, those of the second,
    and for each kind of n-gram the cosine between both columns, standardized by the training texts and scaled: no sum
    over n-grams can tell whether two columns share any. The features of the columns beside the text, those of `form`,
    come last.

    Attributes:
        words: what is counted.
        vectorizers: one for words, and one for runs of characters if they are counted.
        form: the form of the texts.
        pair: names of the two text columns that are read each by itself; None reads the text as a whole.
        mean: means of the cosines over the training texts, shape (vectorizers,).
        deviation: their standard deviations; 1 where all are equal.
    """

    words: Words
    vectorizers: "tuple[TfidfVectorizer, ...]"
    form: RowForm = PLAIN
    pair: tuple[str, str] | None = None
    mean: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, dtype=np.float32))
    deviation: NDArray[np.float32] = field(default_factory=lambda: np.ones(0, dtype=np.float32))

    @classmethod
    def fitted(
        cls, words: Words, texts: Sequence[str], form: RowForm, rarest: int, most: int
    ) -> "tuple[TextFeatures, csr_matrix]":
        """Return the features that training texts give rise to, and their values of these texts, shape (n, features).

        Args:
            words: what is counted. Columns that it reads apart are read so only if there are two text columns.
            texts: the training texts.
            form: their form.
            rarest: smallest number of texts that an n-gram must occur in.
            most: largest number of n-grams of each kind; the most frequent ones are kept.
        """
        pair = (form.text[0], form.text[1]) if words.reading == APART and len(form.text) == 2 else None
        unfitted = cls(words, (), form, pair)
        columns = unfitted._columns(texts)
        every = [text for column in columns for text in column]
        found = [_counted(words, analyzer, every, rarest, most // len(columns)) for analyzer in analyzers(words)]
        features = replace(unfitted, vectorizers=tuple(vectorizer for vectorizer, _ in found))
        counts = [[part[start : start + len(texts)] for _, part in found] for start in range(0, len(every), len(texts))]
        features = features._with_moments(counts)
        return features, features._values(counts, texts)

    def of(self, texts: Sequence[str]) -> "csr_matrix":
        """Return the features of texts, shape (n, features).

        Args:
            texts: the texts, of which there is at least one.
        """
        columns = self._columns(texts)
        return self._values([[each.transform(column) for each in self.vectorizers] for column in columns], texts)

    def facts(self) -> dict[str, Any]:
        """Return all that is no array, as plain JSON."""
        facts: dict[str, Any] = {
            "words": self.words.words,
            "characters": self.words.characters,
            "sublinear": self.words.sublinear,
            "vocabularies": [_terms(vectorizer) for vectorizer in self.vectorizers],
        }
        if self.form.also:
            facts["also"] = self.form.facts()
        if self.pair is not None:
            facts["pair"] = list(self.pair)
        return facts

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the arrays by name."""
        arrays: dict[str, NDArray[Any]] = {f"idf.{place}": each.idf_ for place, each in enumerate(self.vectorizers)}
        return arrays if self.pair is None else arrays | {"cosine.mean": self.mean, "cosine.deviation": self.deviation}

    @classmethod
    def read(cls, facts: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> "TextFeatures":
        """Return the features that were written before.

        Args:
            facts: what `facts` returned, among others.
            arrays: what `arrays` returned, among others.

        Raises:
            LookupError: an entry is missing.
        """
        pair = facts.get("pair")
        words = Words(facts["words"], facts["characters"], 1, facts["sublinear"], "whole" if pair is None else APART)
        vectorizers = []
        for place, (analyzer, terms) in enumerate(zip(analyzers(words), facts["vocabularies"], strict=True)):
            vectorizer = _vectorizer(words, analyzer, vocabulary={term: index for index, term in enumerate(terms)})
            vectorizer.idf_ = arrays[f"idf.{place}"]
            vectorizers.append(vectorizer)
        features = cls(words, tuple(vectorizers), RowForm.of_facts((), facts.get("also", ())))
        if pair is None:
            return features
        mean, deviation = arrays["cosine.mean"], arrays["cosine.deviation"]
        return replace(features, pair=(pair[0], pair[1]), mean=mean, deviation=deviation)

    def _columns(self, texts: Sequence[str]) -> list[Sequence[str]]:
        """Return the texts of each column that is read by itself, without the line of the columns beside the text."""
        bodies = self.form.bodies(texts)
        if self.pair is None:
            return [bodies]
        cells = [pair_of(self.pair, body) for body in bodies]
        return [[first for first, _ in cells], [second for _, second in cells]]

    def _with_moments(self, counts: "Sequence[Sequence[csr_matrix]]") -> Self:
        if self.pair is None:
            return self
        cosines = _cosines(counts)
        deviation = cosines.std(axis=0)
        return replace(self, mean=cosines.mean(axis=0), deviation=np.where(deviation > 0, deviation, 1.0))

    def _values(self, counts: "Sequence[Sequence[csr_matrix]]", texts: Sequence[str]) -> "csr_matrix":
        """Return the features of texts, of which `counts` are the n-grams, by column and by vectorizer."""
        return _side_by_side([*(part for column in counts for part in column), *self._dense(counts, texts)])

    def _dense(self, counts: "Sequence[Sequence[csr_matrix]]", texts: Sequence[str]) -> "Iterator[csr_matrix]":
        from scipy.sparse import csr_matrix  # noqa: PLC0415 - takes a while, and not all need it

        if self.pair is not None:
            standard = np.clip((_cosines(counts) - self.mean) / self.deviation, -LARGEST, LARGEST)
            yield csr_matrix(SCALE * standard)
        if self.form.also:
            yield csr_matrix(self.form.features(texts))


def analyzers(words: Words) -> Iterator[str]:
    """Yield the kinds of n-grams that are counted, as scikit-learn calls them."""
    yield "word"
    if words.characters:
        yield "char_wb"


def _cosines(counts: "Sequence[Sequence[csr_matrix]]") -> NDArray[np.float32]:
    """Return the cosines between two columns, shape (n, vectorizers); counts of a text have the length 1, or 0."""
    both = zip(*counts, strict=True)
    cosines = [np.asarray(first.multiply(second).sum(axis=1), dtype=np.float32) for first, second in both]
    return np.concatenate(cosines, axis=1)


def _vectorizer(words: Words, analyzer: str, **settings: Any) -> "TfidfVectorizer":
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - takes a second, and not all need it

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


def _side_by_side(parts: "list[csr_matrix]") -> "csr_matrix":
    from scipy.sparse import hstack  # noqa: PLC0415 - takes a while, and not all need it

    return parts[0] if len(parts) == 1 else hstack(parts, format="csr")


def _terms(vectorizer: "TfidfVectorizer") -> list[str]:
    terms: list[str] = vectorizer.get_feature_names_out().tolist()
    return terms
