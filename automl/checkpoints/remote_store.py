"""The remote store of a study's trials: one archive for each model and for each training state."""

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
from automl.checkpoints.remote_filesystem import BUFFER, below, files_in, opened, resolved
from automl.core import StudyRecord, folder_name, one_line

LOCAL = "local"
"""pyarrow's type name of the local file system. Unfinished files are visible there, so they are renamed at the end."""


class FileKind(StrEnum):
    """The kind of a trial's files that a copy holds."""

    MODEL = "model"
    STATE = "state"


@dataclass(frozen=True, order=True)
class StoredCopy:
    """Identity of a copy: a trial's model or training state, saved at a `step` of the trial's budget."""

    number: int
    kind: FileKind
    step: int

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"{self.number:05d}-{self.kind}-{self.step:02d}.tar"


def copy_named(name: str) -> StoredCopy | None:
    """Return the copy that a file of this name holds; None if the name is of another form."""
    found = re.fullmatch(r"(\d+)-(model|state)-(\d+)\.tar", name)
    return StoredCopy(int(found[1]), FileKind(found[2]), int(found[3])) if found else None


class RemoteStoreError(Exception):
    """The remote store, or a copy in it, cannot be used at the moment; the message is one line."""


class RemoteStore:
    """A folder below a storage path, on a disk or in a bucket. It is not accessed before the first call of a method.

    Every method raises `RemoteStoreError` if an operation of the store fails. On a disk and in a bucket, copies are
    written atomically; elsewhere a lost connection may leave an incomplete copy, which `fetch` detects.

    Args:
        storage_path: a local path, or a URI that pyarrow or fsspec understands.
        *folders: names of the nested folders below it.
    """

    def __init__(self, storage_path: str, *folders: str) -> None:
        self._storage_path = storage_path
        self._folders = folders
        self.address = below(storage_path, *folders)
        """The address of the store, for messages."""

    def listed(self) -> set[StoredCopy]:
        """Return all copies in the store, some of which may be incomplete."""
        with _store_errors():
            files = files_in(*self._location)
            return {copy for file in files if (copy := copy_named(file.rpartition("/")[2])) is not None}

    def put(self, copy: StoredCopy, folder: Path) -> None:
        """Write the content of `folder` to the store.

        Args:
            copy: identity of the copy; it determines the name of the file.
            folder: the folder of the model or the training state.

        Raises:
            OSError: the folder has no files, or they cannot be read.
        """
        with _store_errors():
            system, base = self._location
            target = f"{base}/{copy.name}"
            new = f"{target}.new" if system.type_name == LOCAL else target
            stream = opened(system, new)
        try:
            pack(folder, _Writer(stream))
            with _store_errors():
                stream.close()
                if new != target:
                    system.move(new, target)
        except BaseException:
            with suppress(Exception):
                stream.close()  # this completes the partial file, which can be deleted then
                system.delete_file(new)
            raise

    def fetch(self, copy: StoredCopy, folder: Path, encoder: Path | None) -> None:
        """Replace the content of `folder` by that of a copy, atomically.

        Args:
            copy: the copy to read.
            folder: the target folder.
            encoder: the folder of the encoder on this machine that the model links to; None if there is none.

        Raises:
            RemoteStoreError: the copy is missing or incomplete, or links to an encoder that is not on this machine.
            CheckpointError: the files cannot be written to the local disk.
        """
        with _store_errors():
            system, base = self._location
            stream = system.open_input_stream(f"{base}/{copy.name}", compression=None, buffer_size=BUFFER)
        with stream:
            try:
                unpack(_Reader(stream), folder, encoder)
            except IncompleteArchive as error:
                raise RemoteStoreError(f"{copy.name} cannot be used: {error}") from error

    def remove(self, copy: StoredCopy) -> None:
        """Remove `copy`, which need not exist."""
        with _store_errors():
            system, base = self._location
            try:
                system.delete_file(f"{base}/{copy.name}")
            except FileNotFoundError:
                return

    def clear(self) -> None:
        """Remove all copies and the folder."""
        from pyarrow import fs  # noqa: PLC0415 - as in `storage_path`

        with _store_errors():
            system, base = self._location
            if system.get_file_info(base).type != fs.FileType.NotFound:
                system.delete_dir(base)

    @cached_property
    def _location(self) -> tuple[Any, str]:
        """The pyarrow file system, and the path of the folder in it."""
        system, base = resolved(self._storage_path)
        return system, "/".join((base, *self._folders))


def place_of(storage_path: str, study: StudyRecord) -> RemoteStore:
    """Return the remote store of a study's trials.

    Args:
        storage_path: a local path, or a URI that pyarrow or fsspec understands.
        study: the study; its UUID is part of the path, so studies of the same name do not share a store.
    """
    return RemoteStore(storage_path, folder_name(study.name), "trials", study.uuid)


class _Reader(BufferedIOBase):
    """A stream that raises `RemoteStoreError`, so that its failures differ from those of the local disk."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def read(self, size: int | None = -1, /) -> bytes:
        with _store_errors():
            content: bytes = self._stream.read(size)
            return content


class _Writer(BufferedIOBase):
    """A stream that raises `RemoteStoreError`, so that its failures differ from those of the local disk's reads."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, content: Any, /) -> int:
        with _store_errors():
            self._stream.write(content)
            return len(content)


@contextmanager
def _store_errors() -> Iterator[None]:
    try:
        yield
    except Exception as error:  # each file system raises its own
        raise RemoteStoreError(one_line(error)) from error
