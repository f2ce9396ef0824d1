"""Features of texts, computed once: processes that need the same ones share the work."""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from trials.data import EncodedDataset
from trials.files import held
from trials.hub import weights_identity

FORMAT = "2"
"""Version of the features; to be raised whenever the same key would give other features."""

SMALLEST_CHUNK, MOST_CHUNKS = 64, 256
"""Limits of texts per chunk and chunks: small enough for all processes to end at about the same time."""

POLL_SECONDS = 0.1

PACE = "seconds-of-a-text"
"""File with the seconds that the features of a text take."""

Compute = Callable[[NDArray[np.int64]], NDArray[np.float32]]
"""Computes the features of rows, in their order."""


@dataclass(frozen=True)
class Portion:
    """Texts whose features are computed before those of other portions.

    Attributes:
        name: beginning of the names of its files.
        chunks: rows of texts of similar length, the longest first, so that all processes end at about the same time.
    """

    name: str
    chunks: tuple[NDArray[np.int64], ...]


def portion(name: str, lengths: NDArray[np.int64], rows: NDArray[np.int64]) -> Portion:
    """Return a portion of the rows `rows` of a split.

    Args:
        name: name of the portion, different for each one in a store.
        lengths: tokens of each text of the split.
        rows: the rows.
    """
    ordered = rows[np.argsort(-lengths[rows], kind="stable")]
    size = max(SMALLEST_CHUNK, -(-len(ordered) // MOST_CHUNKS))
    return Portion(name, tuple(ordered[start : start + size] for start in range(0, len(ordered), size)))


@dataclass(frozen=True)
class FeatureStore:
    """Features under `folder`, in one file for each chunk of texts. With None, nothing is stored.

    Files are replaced atomically. A process holds a lock on the chunk that it computes; if it dies, the lock is
    released and another process computes the chunk.
    """

    folder: Path | None

    def has(self, texts: Portion) -> bool:
        """Return whether the features of all texts of a portion are there."""
        folder = self.folder
        return folder is not None and all(_is_complete(file, rows) for file, rows in _files(folder, texts))

    def get(self, texts: Portion, compute: Compute) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]] | None]:
        """Yield rows and their features in chunks, until each row came once; missing chunks are computed first.

        In between it yields None, as a sign of life.

        Args:
            texts: the texts.
            compute: computes the features of rows.
        """
        if self.folder is None:
            yield from ((rows, compute(rows)) for rows in texts.chunks)
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            yield from FeatureStore(None).get(texts, compute)
            return
        refused: dict[Path, NDArray[np.float32]] = {}
        chunks = _files(self.folder, texts)
        yield from self._complete(chunks, compute, refused)
        for file, rows in chunks:
            yield rows, refused[file] if file in refused else np.load(file)

    def note_pace(self, seconds: float) -> None:
        """Note how many seconds a text takes, for those who find its features here."""
        if self.folder is not None:
            with suppress(OSError):
                (self.folder / PACE).write_text(f"{seconds!r}")

    @property
    def pace(self) -> float | None:
        """Seconds that a text took whoever computed features last; None if nothing is known."""
        try:
            return None if self.folder is None else float((self.folder / PACE).read_text())
        except (OSError, ValueError):
            return None

    @staticmethod
    def _complete(
        chunks: list[tuple[Path, NDArray[np.int64]]], compute: Compute, refused: dict[Path, NDArray[np.float32]]
    ) -> Iterator[None]:
        """Compute missing chunks.

        Those that cannot be written go into `refused`, and other processes compute them again.
        """
        missing = chunks
        while missing := [
            (file, rows) for file, rows in missing if file not in refused and not _is_complete(file, rows)
        ]:
            has_computed = False
            for file, rows in missing:
                with held(file.with_suffix(".lock")) as ours:
                    if ours and not file.exists():
                        features, has_computed = compute(rows), True
                        if not _write(file, features):
                            refused[file] = features
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
    second = () if data.second is None else (data.second.train, data.second.validation)
    for split in (data.train, data.validation, *second):
        digest.update(np.ascontiguousarray(split.offsets).data)
        digest.update(np.ascontiguousarray(split.tokens).data)
    return FeatureStore(cache / f"features-{digest.hexdigest()}")


def _files(folder: Path, texts: Portion) -> list[tuple[Path, NDArray[np.int64]]]:
    """Return the file of each chunk of a portion, and its rows."""
    return [(folder / f"{texts.name}-{number:05}.npy", rows) for number, rows in enumerate(texts.chunks)]


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
