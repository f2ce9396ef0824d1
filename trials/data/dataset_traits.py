"""A small description of a data set, by which similar data sets are found."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from trials.data.dataset import TextDataset

MOST_TEXTS = 1000
"""Number of evenly spaced texts that are read."""

MOST_CHARACTERS = 2000
"""Number of characters at the start of a text that are read."""

FREQUENT = 500
"""Frequent words; the top fifth of them is dropped, because every text of a language has those."""

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")
"""A word; in scripts without spaces (Thai, Lao, Burmese, Khmer, Japanese, Chinese), a character."""


@dataclass(frozen=True)
class DatasetTraits:
    """Traits of a data set, in a few kilobytes that do not reveal its texts.

    Attributes:
        classes: number of classes.
        rows: training rows.
        words: median length of a text, in words.
        balance: entropy of the classes over that of equally frequent ones, from 0 to 1.
        scripts: share of the letters by Unicode script.
        vocabulary: hashes of frequent words.
    """

    classes: int
    rows: int
    words: float
    balance: float
    scripts: Mapping[str, float]
    vocabulary: Sequence[str]


def describe(dataset: TextDataset) -> DatasetTraits:
    """Return the traits of the training split of `dataset`."""
    train = dataset.train
    chosen = np.linspace(0, len(train) - 1, min(MOST_TEXTS, len(train))).round().astype(int)
    sample = [train.texts[row] for row in chosen]
    texts = [_WORD.findall(text[:MOST_CHARACTERS].casefold()) for text in sample]
    lengths = [len(words) * max(1, len(text) / MOST_CHARACTERS) for words, text in zip(texts, sample, strict=True)]
    return DatasetTraits(
        classes=len(dataset.label_names),
        rows=len(train),
        words=round(float(np.median(lengths)), 1),
        balance=_balance(dataset.task.strata(train.labels), len(dataset.label_names)),
        scripts=_scripts(Counter(chain.from_iterable(texts))),
        vocabulary=_vocabulary(texts),
    )


def _balance(labels: NDArray[np.int64], classes: int) -> float:
    shares = np.bincount(labels, minlength=classes) / len(labels)
    shares = shares[shares > 0]
    entropy = float(-(shares * np.log(shares)).sum() / np.log(max(classes, 2)))
    return min(1.0, round(entropy, 4))  # rows without a label are one class more


def _scripts(words: Counter[str]) -> dict[str, float]:
    letters: Counter[str] = Counter()
    for word, count in words.items():
        for letter in filter(str.isalpha, word):
            letters[letter] += count
    scripts: Counter[str] = Counter()
    for letter, count in letters.items():
        scripts[unicodedata.name(letter, "OTHER").partition(" ")[0]] += count
    total = scripts.total()
    return {script: round(count / total, 4) for script, count in scripts.most_common(8)}


def _vocabulary(texts: Iterable[Sequence[str]]) -> list[str]:
    """Return the hashes of words by document frequency; ties have an order that does not depend on the texts' order."""
    texts_with = Counter(word for words in texts for word in set(words))
    frequent = sorted(texts_with, key=lambda word: (-texts_with[word], word))[:FREQUENT]
    return sorted(_hash(word) for word in frequent[len(frequent) // 5 :])


def _hash(word: str) -> str:
    return blake2b(word.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
