"""Features that a process keeps in memory while several probes of one encoder score the same texts."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar

import numpy as np
from numpy.typing import NDArray

from trials.data import EncodedSplit

MOST_BYTES = 2**30
"""Most memory that the features take: those of 44 000 texts from an encoder of width 768."""

TEXTS_TOGETHER = 4096
"""Texts whose features are kept together, and which several probes score before they go on to the next ones."""


class KeptFeatures:
    """Features by encoder, texts, and how they are read; the oldest leave if they take too much memory."""

    def __init__(self) -> None:
        self._found: dict[bytes, NDArray[np.float32]] = {}

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Keep what probes read within the block, and let them take what was kept."""
        token = _IN_USE.set(self)
        try:
            yield
        finally:
            _IN_USE.reset(token)

    def get(self, key: bytes, compute: Callable[[], NDArray[np.float32]]) -> NDArray[np.float32]:
        """Return the features of a key, which are computed if they are not kept.

        Args:
            key: what identifies them.
            compute: computes them.
        """
        if key not in self._found:
            self._found[key] = compute()
            while sum(each.nbytes for each in self._found.values()) > MOST_BYTES:
                dropped = next(iter(self._found))
                if dropped == key:
                    return self._found.pop(key)
                del self._found[dropped]
        return self._found[key]


_IN_USE: ContextVar[KeptFeatures | None] = ContextVar("features in use", default=None)


def sharing_features() -> AbstractContextManager[None]:
    """Let probes share features within the block; features that a caller keeps already stay in use."""
    return KeptFeatures().in_use() if _IN_USE.get() is None else nullcontext()


def parts_of(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the texts in parts whose features fit into the memory."""
    for start in range(0, len(texts), TEXTS_TOGETHER):
        yield texts[start : start + TEXTS_TOGETHER]


def kept_or(
    compute: Callable[[], NDArray[np.float32]], encoder: bytes, split: EncodedSplit, how: str
) -> NDArray[np.float32]:
    """Return features of all texts of a split, from what is kept where that is in use.

    Args:
        compute: computes them.
        encoder: identifies the encoder.
        split: the texts.
        how: how they are computed: number format and windows.
    """
    kept = _IN_USE.get()
    if kept is None:
        return compute()
    digest = hashlib.sha256(encoder + how.encode())
    for array in (split.offsets, split.tokens):
        digest.update(np.ascontiguousarray(array).data)
    return kept.get(digest.digest(), compute)
