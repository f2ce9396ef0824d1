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
"""To be raised whenever the same key would give other features."""

SMALLEST_CHUNK, MOST_CHUNKS = 64, 256
"""Texts that are computed together: few enough for all to end at about the same time."""

SECONDS_BETWEEN_LOOKS = 0.1

Compute = Callable[[NDArray[np.int64]], NDArray[np.float32]]
"""Gives the features of rows, in their order."""


@dataclass(frozen=True)
class FeatureStore:
    """Features under `folder`, in one file for each chunk of texts. None keeps nothing.

    A file appears whole. Whoever computes a chunk holds a lock on it, which ends with the process that has it: so what
    one leaves undone, another does.
    """

    folder: Path | None

    def get(
        self, split: EncodedSplit, compute: Compute
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]] | None]:
        """Rows and their features, a chunk at a time, until every row came once; what is missing is computed first.

        In between it gives None, as a sign of life.
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
        """Computes what is missing. What the disk does not take goes into `refused`, and costs others as much again."""
        missing = dict(enumerate(chunks))
        while missing := {
            n: rows for n, rows in missing.items() if n not in refused and not _is_whole(_file(folder, n), rows)
        }:
            worked = False
            for number, rows in missing.items():
                with held(_file(folder, number).with_suffix(".lock")) as ours:
                    if ours and not _file(folder, number).exists():
                        features, worked = compute(rows), True
                        if not _write(_file(folder, number), features):
                            refused[number] = features
                yield None
            if not worked:
                time.sleep(SECONDS_BETWEEN_LOOKS)


def store_of(cache: Path | None, data: EncodedDataset, checkpoint: Path, precision: str) -> FeatureStore:
    """Where the features lie that the encoder in `checkpoint` makes of the texts of `data` in that number format."""
    if cache is None:
        return FeatureStore(None)
    digest = hashlib.sha256(f"{FORMAT} {precision}".encode())
    digest.update(weights_identity(checkpoint))
    for split in (data.train, data.validation):
        digest.update(np.ascontiguousarray(split.offsets).data)
        digest.update(np.ascontiguousarray(split.tokens).data)
    return FeatureStore(cache / f"features-{digest.hexdigest()}")


def _chunks(split: EncodedSplit) -> list[NDArray[np.int64]]:
    """Texts of like length together, the longest first: what is cheap comes last, so that all end together."""
    order = np.argsort(-split.lengths, kind="stable")
    size = max(SMALLEST_CHUNK, -(-len(order) // MOST_CHUNKS))
    return [order[start : start + size] for start in range(0, len(order), size)]


def _file(folder: Path, number: int) -> Path:
    return folder / f"{number:05}.npy"


def _is_whole(file: Path, rows: NDArray[np.int64]) -> bool:
    """Whether the chunk is there; a damaged one is removed."""
    try:
        return len(np.load(file, mmap_mode="r")) == len(rows)
    except FileNotFoundError:
        return False
    except (OSError, ValueError, EOFError):
        file.unlink(missing_ok=True)
        return False


def _write(file: Path, features: NDArray[np.float32]) -> bool:
    """Whether the disk took it."""
    staging = file.with_name(f".{uuid4().hex}.npy")
    try:
        np.save(staging, features)
        staging.replace(file)
    except OSError:
        return False
    finally:
        staging.unlink(missing_ok=True)
    return True
