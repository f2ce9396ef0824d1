"""Hashes of the word triples of texts, computed for many texts at once."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_CHUNK_CHARACTERS = 1 << 20
_TRIPLE = 3
_BASE = 0x9E3779B97F4A7C15
_FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)
_TABLE_SIZE = 0x3040
_UNSPACED = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x9FFF))
"""Ranges of scripts without spaces, in which a character is a word."""

_IS_WORD = np.array([chr(code).isalnum() for code in range(_TABLE_SIZE)] + [True])


def word_triples(texts: Sequence[str]) -> Iterator[NDArray[np.uint64]]:
    """Yield for each text the sorted different hashes of its word triples.

    Case and punctuation do not count. A text of fewer than three words is one triple; one without words has none. The
    hashes are the same in every process.

    Args:
        texts: the texts.
    """
    for chunk in _chunks(texts):
        yield from _of_chunk(chunk)


def _chunks(texts: Sequence[str]) -> Iterator[list[str]]:
    chunk: list[str] = []
    size = 0
    for text in texts:
        chunk.append(text.casefold())
        size += len(text)
        if size > _CHUNK_CHARACTERS:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _of_chunk(texts: list[str]) -> Iterator[NDArray[np.uint64]]:
    codes = np.frombuffer("\n".join([*texts, "", ""]).encode("utf-32-le", "surrogatepass"), dtype="<u4")
    starts, ends = _words(codes)
    words = _hashes(codes, starts, ends)
    borders = np.cumsum([len(text) + 1 for text in texts])
    counts = np.diff(np.searchsorted(starts, borders), prepend=0)
    first = np.concatenate([[0], np.cumsum(counts)])
    words = np.pad(words, (0, _TRIPLE))
    all_triples = _mixed(words[:-3] * _FACTORS[0] + words[1:-2] * _FACTORS[1] + words[2:-1] * _FACTORS[2])
    for number, count in enumerate(counts.tolist()):
        begin = first[number]
        if count >= _TRIPLE:
            triples = np.sort(all_triples[begin : begin + count - _TRIPLE + 1])
            is_new = np.ones(len(triples), dtype=bool)
            np.not_equal(triples[1:], triples[:-1], out=is_new[1:])
            yield triples[is_new]
        else:
            few = words[begin : begin + count]
            yield _mixed((few * _FACTORS[:count]).sum(keepdims=True)) if count else few


def _words(codes: NDArray[np.uint32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where the words start and end."""
    is_word = _IS_WORD[np.minimum(codes, _TABLE_SIZE)]
    alone = np.zeros(len(codes), dtype=bool)
    for low, high in _UNSPACED:
        alone |= (codes >= low) & (codes <= high)
    joins = is_word[1:] & is_word[:-1] & ~alone[1:] & ~alone[:-1]  # whether a character goes on with the word before
    starts = np.flatnonzero(is_word & ~np.append(False, joins))
    ends = np.flatnonzero(is_word & ~np.append(joins, False)) + 1
    return starts, ends


def _hashes(codes: NDArray[np.uint32], starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return a polynomial hash of each word, modulo 2**64, from sums over all characters before it."""
    powers, inverse = _powers(1 << len(codes).bit_length())
    sums = np.append(np.uint64(0), np.cumsum(codes * powers[: len(codes)], dtype=np.uint64))
    return _mixed((sums[ends] - sums[starts]) * inverse[starts])


@lru_cache(maxsize=2)
def _powers(count: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return the powers of the base and those of its inverse, modulo 2**64, shape (count,) each."""
    bases = (_BASE, pow(_BASE, -1, 2**64))
    ones = (np.append(np.uint64(1), np.full(count - 1, base, dtype=np.uint64)) for base in bases)
    powers, inverse = map(np.multiply.accumulate, ones)
    return powers, inverse


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    values = (values ^ (values >> np.uint64(30))) * _FACTORS[1]
    mixed: NDArray[np.uint64] = (values ^ (values >> np.uint64(27))) * _FACTORS[2]
    return mixed
