"""A small description of a data set, by which it can be told how like another one it is."""

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
"""Texts that are looked at, evenly spaced."""

MOST_SIGNS = 2000
"""Signs of a text that are looked at, from its beginning."""

FREQUENT = 500
"""Words that are remembered, but for the most frequent fifth of them, which every text of a language has."""

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")
"""A word; of scripts that put no spaces between words (Thai, Lao, Burmese, Khmer, Japanese, Chinese), a sign."""


@dataclass(frozen=True)
class DatasetTraits:
    """What a data set is like, in a few kilobytes that give no text away.

    `words` is the median length of a text; `balance` the entropy of the classes over that of even ones, from 0 to 1;
    `scripts` shares of the letters by Unicode's word for their script; `vocabulary` hashes of frequent words.
    """

    classes: int
    rows: int
    words: float
    balance: float
    scripts: Mapping[str, float]
    vocabulary: Sequence[str]


def describe(dataset: TextDataset) -> DatasetTraits:
    """The traits of the training split."""
    train = dataset.train
    chosen = np.linspace(0, len(train) - 1, min(MOST_TEXTS, len(train))).round().astype(int)
    whole = [train.texts[row] for row in chosen]
    texts = [_WORD.findall(text[:MOST_SIGNS].casefold()) for text in whole]
    lengths = [len(words) * max(1, len(text) / MOST_SIGNS) for words, text in zip(texts, whole, strict=True)]
    return DatasetTraits(
        classes=len(dataset.label_names),
        rows=len(train),
        words=round(float(np.median(lengths)), 1),
        balance=_balance(train.labels, len(dataset.label_names)),
        scripts=_scripts(Counter(chain.from_iterable(texts))),
        vocabulary=_vocabulary(texts),
    )


def _balance(labels: NDArray[np.int64], classes: int) -> float:
    shares = np.bincount(labels, minlength=classes) / len(labels)
    shares = shares[shares > 0]
    return round(float(-(shares * np.log(shares)).sum() / np.log(max(classes, 2))), 4)


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
    """By how many texts have them; equally frequent words in an order that does not hang on that of the texts."""
    texts_with = Counter(word for words in texts for word in set(words))
    frequent = sorted(texts_with, key=lambda word: (-texts_with[word], word))[:FREQUENT]
    return sorted(_hash(word) for word in frequent[len(frequent) // 5 :])


def _hash(word: str) -> str:
    return blake2b(word.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
