"""A small data set of real-looking text for tokenization tests."""

import random

import numpy as np

from trials.data.dataset import Split, TextDataset

WORDS = [
    *("the", "film", "was", "unbelievably", "good", ",", "déjà-vu", "or", "not", ";", "Mr.", "Smith's", "acting"),
    *("(in", "2004!)", "cost", "£15.8m", "and", "日本", "too", "re-reading", "[SEP]", "straße\u00a0naïve", "tab\there"),
    *("control\x07char", "\x07", "end...", "RUNNING", "runner", "runs", "🙂", "\ufb01ne", "zero\u200bwidth"),
]


def split_of(count, seed, length=30):
    generator = random.Random(seed)
    texts = tuple("\n".join(" ".join(generator.choices(WORDS, k=length)) for _ in range(2)) for _ in range(count))
    return Split(texts, np.arange(count, dtype=np.int64) % 2)


def small_dataset(length=30):
    parts = split_of(40, 0, length), split_of(10, 1, length), split_of(10, 2, length)
    return TextDataset("small", ("a", "b"), *parts, fingerprint=f"fingerprint {length}")
