"""Features of all texts, computed once: processes that need the same ones share the work."""

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from trials.data import EncodedDataset, EncodedSplit
from trials.files import held
from trials.hub import weights_identity

FORMAT = "1"
"""Version of the features; to be raised whenever the same key would give other features."""

SMALLEST_CHUNK, MOST_CHUNKS = 64, 256
"""Limits of texts per chunk and chunks: small enough for all processes to end at about the same time."""

POLL_SECONDS = 0.1

Compute = Callable[[NDArray[np.int64]], NDArray[np.float32]]
"""Computes the features of rows, in their order."""


@dataclass(frozen=True)
class FeatureStore:
    """Features under `folder`, in one file for each chunk of texts. With None, nothing is stored.

    Files are replaced atomically. A process holds a lock on the chunk that it computes; if it dies, the lock is
    released and another process computes the chunk.
    """

    folder: Path | None

    def has_all(self, split: EncodedSplit) -> bool:
        """Return whether the features of all texts are there."""
        folder = self.folder
        return folder is not None and all(
            _is_complete(_file(folder, number), rows) for number, rows in enumerate(_chunks(split))
        )

    def get(
        self, split: EncodedSplit, compute: Compute
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]] | None]:
        """Yield rows and their features in chunks, until every row came once; missing chunks are computed first.

        In between it yields None, as a sign of life.
        """
        chunks = _chunks(split)
        if self.folder is None:
            yield from ((rows, compute(rows)) for rows in chunks)
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            yield from FeatureStore(None).get(split, compute)
            return
        refused: dict[int, NDArray[np.float32]] = {}
        yield from self._complete(chunks, self.folder, compute, refused)
        for number, rows in enumerate(chunks):
            yield rows, refused[number] if number in refused else np.load(_file(self.folder, number))

    @staticmethod
    def _complete(
        chunks: list[NDArray[np.int64]], folder: Path, compute: Compute, refused: dict[int, NDArray[np.float32]]
    ) -> Iterator[None]:
        """Compute missing chunks.

        Those that cannot be written go into `refused`, and other processes compute them again.
        """
        missing = dict(enumerate(chunks))
        while missing := {
            n: rows for n, rows in missing.items() if n not in refused and not _is_complete(_file(folder, n), rows)
        }:
            has_computed = False
            for number, rows in missing.items():
                with held(_file(folder, number).with_suffix(".lock")) as ours:
                    if ours and not _file(folder, number).exists():
                        features, has_computed = compute(rows), True
                        if not _write(_file(folder, number), features):
                            refused[number] = features
                yield None
            if not has_computed:
                time.sleep(POLL_SECONDS)


def store_of(cache: Path | None, data: EncodedDataset, checkpoint: Path, precision: str) -> FeatureStore:
    """Return the store for features of the texts of `data` from the encoder in `checkpoint`, in that number format."""
    if cache is None:
        return FeatureStore(None)
    digest = hashlib.sha256(f"{FORMAT} {precision}".encode())
    digest.update(weights_identity(checkpoint))
    if data.reading is not None and data.reading.window is not None:
        digest.update(str(data.reading.facts()).encode())
    for split in (data.train, data.validation):
        digest.update(np.ascontiguousarray(split.offsets).data)
        digest.update(np.ascontiguousarray(split.tokens).data)
    return FeatureStore(cache / f"features-{digest.hexdigest()}")


def _chunks(split: EncodedSplit) -> list[NDArray[np.int64]]:
    """Divide texts into chunks of similar length, the longest first, so that all processes end together."""
    order = np.argsort(-split.lengths, kind="stable")
    size = max(SMALLEST_CHUNK, -(-len(order) // MOST_CHUNKS))
    return [order[start : start + size] for start in range(0, len(order), size)]


def _file(folder: Path, number: int) -> Path:
    return folder / f"{number:05}.npy"


def _is_complete(file: Path, rows: NDArray[np.int64]) -> bool:
    """Return whether the chunk exists and is complete; a damaged one is removed."""
    try:
        return len(np.load(file, mmap_mode="r")) == len(rows)
    except FileNotFoundError:
        return False
    except (OSError, ValueError, EOFError):
        file.unlink(missing_ok=True)
        return False


def _write(file: Path, features: NDArray[np.float32]) -> bool:
    """Return whether the file could be written."""
    staging = file.with_name(f".{uuid4().hex}.npy")
    try:
        np.save(staging, features)
        staging.replace(file)
    except OSError:
        return False
    finally:
        staging.unlink(missing_ok=True)
    return True
