"""Where the copies of a study's trials lie: one file for each model and for each training state."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from io import BufferedIOBase
from pathlib import Path
from typing import Any

from automl.checkpoints.archive import IncompleteArchive, pack, unpack
from automl.checkpoints.remote_filesystem import BUFFER, below, files_in, in_a_line, opened, resolved
from automl.core import StudyRecord, folder_name

LOCAL = "local"
"""What pyarrow calls the file system of a disk. A file is seen there while it grows, so it is renamed in the end."""


class FileKind(StrEnum):
    """What of a trial is copied."""

    MODEL = "model"
    STATE = "state"


@dataclass(frozen=True, order=True)
class StoredCopy:
    """A model or a training state of a trial, as it was at a `step` of its budget."""

    number: int
    kind: FileKind
    step: int

    @property
    def name(self) -> str:
        """What its file is called."""
        return f"{self.number:05d}-{self.kind}-{self.step:02d}.tar"


def copy_named(name: str) -> StoredCopy | None:
    """Which copy has a file of this name; None for a file of something else."""
    found = re.fullmatch(r"(\d+)-(model|state)-(\d+)\.tar", name)
    return StoredCopy(int(found[1]), FileKind(found[2]), int(found[3])) if found else None


class RemoteStoreError(Exception):
    """The place, or what lies there, is of no use at the moment; says why in a line."""


class RemoteStore:
    """A folder below a storage path: on a disk, or in a bucket. Nothing is asked of it before it is used.

    Every method raises `RemoteStoreError` where the store refuses. On a disk and in a bucket a copy exists whole or
    not at all; elsewhere a lost connection may leave an incomplete one, which `fetch` detects.
    """

    def __init__(self, storage_path: str, *folders: str) -> None:
        self._storage_path = storage_path
        self._folders = folders
        self.address = below(storage_path, *folders)
        """To be shown."""

    def listed(self) -> set[StoredCopy]:
        """What lies there. Some of it may be torn."""
        with _told():
            files = files_in(*self._there)
            return {copy for file in files if (copy := copy_named(file.rpartition("/")[2])) is not None}

    def put(self, copy: StoredCopy, folder: Path) -> None:
        """Copies what is in `folder`.

        Raises:
            OSError: nothing is there, or it cannot be read.
        """
        with _told():
            system, place = self._there
            target = f"{place}/{copy.name}"
            new = f"{target}.new" if system.type_name == LOCAL else target
            stream = opened(system, new)
        try:
            pack(folder, _Writer(stream))
            with _told():
                stream.close()
                if new != target:
                    system.move(new, target)
        except BaseException:
            with suppress(Exception):
                stream.close()  # which makes a file of what has come
                system.delete_file(new)
            raise

    def fetch(self, copy: StoredCopy, folder: Path, encoder: Path | None) -> None:
        """Makes `folder` hold what was copied, whole or not at all. `encoder` is where a probe's encoder lies here.

        Raises:
            CheckpointError: the disk of this machine refuses it.
        """
        with _told():
            system, place = self._there
            stream = system.open_input_stream(f"{place}/{copy.name}", compression=None, buffer_size=BUFFER)
        with stream:
            try:
                unpack(_Reader(stream), folder, encoder)
            except IncompleteArchive as error:
                raise RemoteStoreError(f"{copy.name} cannot be used: {error}") from error

    def remove(self, copy: StoredCopy) -> None:
        """Removes it; it may be gone already."""
        with _told():
            system, place = self._there
            try:
                system.delete_file(f"{place}/{copy.name}")
            except FileNotFoundError:
                return

    def clear(self) -> None:
        """Removes all copies, and the folder."""
        from pyarrow import fs  # noqa: PLC0415 - as in `storage_path`

        with _told():
            system, place = self._there
            if system.get_file_info(place).type != fs.FileType.NotFound:
                system.delete_dir(place)

    @cached_property
    def _there(self) -> tuple[Any, str]:
        """The file system, and the folder in it."""
        system, base = resolved(self._storage_path)
        return system, "/".join((base, *self._folders))


def place_of(storage_path: str, study: StudyRecord) -> RemoteStore:
    """Where the copies of a study's trials lie. Another study of that name has other ones."""
    return RemoteStore(storage_path, folder_name(study.name), "trials", study.uuid)


class _Reader(BufferedIOBase):
    """A stream whose failures are not taken for those of the disk that is written to."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def read(self, size: int | None = -1, /) -> bytes:
        with _told():
            content: bytes = self._stream.read(size)
            return content


class _Writer(BufferedIOBase):
    """A stream whose failures are not taken for those of the disk that is read."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, content: Any, /) -> int:
        with _told():
            self._stream.write(content)
            return len(content)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except Exception as error:  # each file system raises its own
        raise RemoteStoreError(in_a_line(error)) from error
