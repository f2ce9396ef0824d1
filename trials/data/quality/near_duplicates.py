"""Finds texts that nearly repeat others, by sketches of their word triples (MinHash with one hash, bottom k).

Two texts are near duplicates if they share at least 80 % of their different word triples (Jaccard index), and short
texts, in which one word may change everything, if they share all of them. Candidates share two of their eight smallest
hashes, as all but 0.01 % of such pairs do; each of them is then compared in full.
See A. Broder, "On the resemblance and containment of documents", 1997.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from trials.data.quality.issues import DataIssue
from trials.data.quality.word_triples import word_triples
from trials.data.sources import SourceRows
from trials.data.split_names import TEST, TRAIN, VALIDATION

LEAST_SIMILARITY = 0.8
"""Share of common word triples from which texts are near duplicates."""

MOST_CHARACTERS = 50_000_000
"""Characters of all texts up to which they are compared unasked; that takes some four seconds."""

_SHORT = 10
"""Word triples below which a text is short."""

_KEYS = 8
_SHARED_KEYS = 2
_LARGEST_BUCKET = 50


def check_near_duplicates(
    rows: Mapping[str, SourceRows], *, drop: bool
) -> tuple[dict[str, SourceRows], list[DataIssue]]:
    """Tell how many training rows nearly repeat a validation or test row, and leave them out if asked.

    Args:
        rows: clean rows of all three splits.
        drop: leave out such training rows; otherwise large data are not compared.
    """
    train = rows[TRAIN]
    if not drop and sum(len(text) for part in rows.values() for text in part.texts) > MOST_CHARACTERS:
        return dict(rows), []
    repeated = near_duplicates(train.texts, [*rows[VALIDATION].texts, *rows[TEST].texts])
    if not repeated:
        return dict(rows), []
    found = f"{len(repeated)} of {len(train)} training rows nearly repeat a validation or test row"
    example = f"for example {train.texts[repeated[0]]!r:.60}"
    if not drop:
        message = f"{found}, which can make scores too good; {example}. --drop-near-duplicates leaves them out."
        return dict(rows), [DataIssue("near-duplicates", message, blocking=False)]
    skipped = set(repeated)
    kept = {**rows, TRAIN: train.take(n for n in range(len(train)) if n not in skipped)}
    message = f"{found}: left out; {example}."
    return kept, [DataIssue("near-duplicates", message, blocking=False, left_out=len(repeated))]


def near_duplicates(texts: Sequence[str], others: Sequence[str]) -> list[int]:
    """Return the indices of those of `texts` that are near duplicates of one of `others`.

    Case and punctuation do not count. The result does not depend on the order of `others`, except for texts of which
    dozens are alike.

    Args:
        texts: the texts to look at.
        others: the texts to compare with.
    """
    known = list(word_triples(others))
    sizes = [len(triples) for triples in known]
    buckets: dict[int, list[int]] = {}
    for number, triples in enumerate(known):
        for key in triples[:_KEYS].tolist():
            bucket = buckets.setdefault(key, [])
            if len(bucket) < _LARGEST_BUCKET:
                bucket.append(number)
    found = []
    for number, triples in enumerate(word_triples(texts)):
        shared = Counter(other for key in triples[:_KEYS].tolist() for other in buckets.get(key, ()))
        least_similarity = LEAST_SIMILARITY if len(triples) >= _SHORT else 1.0
        least, most = least_similarity * len(triples), len(triples) / least_similarity
        for other, count in shared.items():
            alike = count >= min(_SHARED_KEYS, sizes[other]) and least <= sizes[other] <= most
            if alike and _similarity(triples, known[other]) >= least_similarity:
                found.append(number)
                break
    return found


def _similarity(first: NDArray[np.uint64], second: NDArray[np.uint64]) -> float:
    common = len(np.intersect1d(first, second, assume_unique=True))
    return common / (len(first) + len(second) - common)
