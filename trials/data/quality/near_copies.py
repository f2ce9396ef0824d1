"""Finds texts that are nearly the same, such as a review that was posted twice with another last word."""

import re
import zlib
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

LIKENESS = 0.8
"""Share of word pairs that two texts must have in common to be near copies (their Jaccard index)."""

BANDS, BAND_SIZE = 12, 5
"""Texts are compared if all hashes of a band agree: 99% of the pairs with 0.8 in common, 3% of those with 0.3."""

MOST_IN_A_GROUP = 50
"""Texts that are compared with each other in one group; from larger groups, each is compared with the first only."""

_WORD = re.compile(r"\w+")
_PRIME = np.uint64(2**31 - 1)


def near_copies(texts: Sequence[str], likeness: float = LIKENESS) -> list[tuple[int, int]]:
    """Return the pairs of texts that are nearly the same, as indices `(first, second)`, first < second, in order.

    Case and punctuation do not count. Candidates come from MinHash and locality-sensitive hashing (Broder, "On the
    resemblance and containment of documents", 1997), so time grows with the number of texts, not of pairs; each
    candidate is then compared exactly.

    Args:
        texts: the texts. One without words is no copy of any.
        likeness: the smallest Jaccard index of the sets of word pairs.
    """
    shingles = [_shingles(text) for text in texts]
    found = {pair for pair in _candidates(shingles) if _jaccard(shingles[pair[0]], shingles[pair[1]]) >= likeness}
    return sorted(found)


def _shingles(text: str) -> frozenset[int]:
    """Return hashes of the pairs of neighbouring words; of the only word, if there is one."""
    words = _WORD.findall(text.casefold())
    pairs = pairwise(words) if len(words) > 1 else [tuple(words)] if words else []
    return frozenset(zlib.crc32(" ".join(pair).encode("utf-8", "surrogatepass")) for pair in pairs)


def _candidates(shingles: Sequence[frozenset[int]]) -> Iterator[tuple[int, int]]:
    rows = [row for row, each in enumerate(shingles) if each]
    if not rows:
        return
    hashes = np.stack([_minimal_hashes(shingles[row]) for row in rows])
    for band in range(BANDS):
        groups: dict[bytes, list[int]] = {}
        for row, values in zip(rows, hashes[:, band * BAND_SIZE : (band + 1) * BAND_SIZE], strict=True):
            groups.setdefault(values.tobytes(), []).append(row)
        for group in groups.values():
            if len(group) <= MOST_IN_A_GROUP:
                yield from combinations(group, 2)
            else:
                yield from ((group[0], other) for other in group[1:])


def _minimal_hashes(shingles: frozenset[int]) -> NDArray[np.uint64]:
    """Return the smallest value of each hash function over the shingles, shape (BANDS * BAND_SIZE,)."""
    values = np.fromiter(shingles, dtype=np.uint64, count=len(shingles)) % _PRIME
    hashes: NDArray[np.uint64] = ((_FACTORS * values[:, None] + _SUMMANDS) % _PRIME).min(axis=0)
    return hashes


def _jaccard(first: frozenset[int], second: frozenset[int]) -> float:
    common = len(first & second)
    return common / (len(first) + len(second) - common)


_GENERATOR = np.random.default_rng(0)
_FACTORS = _GENERATOR.integers(1, int(_PRIME), BANDS * BAND_SIZE, dtype=np.uint64)
_SUMMANDS = _GENERATOR.integers(0, int(_PRIME), BANDS * BAND_SIZE, dtype=np.uint64)
