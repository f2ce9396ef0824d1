"""A second place for a search's files: a folder that machines share, or a bucket somewhere."""

import shutil
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from automl.core import WorkspaceError

BUFFER = 8 * 2**20
"""Bytes that are sent and asked for at once: each is a request to a server."""

FSSPEC = "py::fsspec+"
"""How pyarrow's name of a file system of fsspec's begins."""


def send(folder: Path, storage_path: str, study_folder: str) -> str:
    """Copies `folder` to `<storage_path>/<study_folder>/<its name>`, in place of what is there; gives that address.

    Raises:
        WorkspaceError: it cannot be written there. What is in `folder` stays.
    """
    address = below(storage_path, study_folder, folder.name)
    try:
        system, place = resolved(storage_path)
        target = f"{place}/{study_folder}/{folder.name}"
        before = files_in(system, target)
        new = {f"{target}/{path.relative_to(folder).as_posix()}": path for path in folder.rglob("*") if path.is_file()}
        for there, path in new.items():
            with path.open("rb") as source, opened(system, there) as file:
                shutil.copyfileobj(source, file, BUFFER)
        for other in before - new.keys():  # files of another kind of model would stay among the new ones
            system.delete_file(other)
    except Exception as error:  # each file system raises its own
        raise WorkspaceError(
            f"what is handed over must be copied to {address!r}, but that failed: {in_a_line(error)}; "
            f"it is in {str(folder)!r}"
        ) from error
    return address


def below(storage_path: str, *names: str) -> str:
    """The address of what lies there in these folders; what comes after a `?` says how to get there."""
    place, mark, how = storage_path.partition("?")
    return f"{'/'.join((place.rstrip('/'), *names))}{mark}{how}"


def is_folder(storage_path: str) -> bool:
    """Whether it lies on a disk of this machine."""
    return urlsplit(storage_path).scheme in {"", "file"}


def folder_of(storage_path: str) -> Path:
    """The folder that it names, from the root."""
    return Path(unquote(storage_path.removeprefix("file://"))).expanduser().resolve()


def refusal_of(storage_path: str) -> str | None:
    """Why nothing can be written to an address; None if it can. Tries it, and leaves no file behind."""
    try:
        system, place = resolved(storage_path)
        probe = f"{place}/.automl-{uuid4().hex}"
        with opened(system, probe) as file:
            file.write(b"")
        system.delete_file(probe)
    except Exception as error:  # each file system raises its own
        return f"trying gave: {in_a_line(error)}"
    return None


def opened(system: Any, path: str) -> Any:
    """A new file there. A folder is made only where one is needed: a bucket knows none, and keeps a file for each."""
    try:
        return system.open_output_stream(path, compression=None, buffer_size=BUFFER)
    except FileNotFoundError:
        system.create_dir(path.rpartition("/")[0], recursive=True)
        return system.open_output_stream(path, compression=None, buffer_size=BUFFER)


def files_in(system: Any, folder: str) -> set[str]:
    """The paths of all files below a folder, which need not be there. Others write there, so it is always asked."""
    from pyarrow import fs  # noqa: PLC0415 - a quarter of a second, for those alone who ask for it

    if system.type_name.startswith(FSSPEC):
        system.handler.fs.invalidate_cache()
    found = system.get_file_info(fs.FileSelector(folder, recursive=True, allow_not_found=True))
    return {file.path for file in found if file.is_file}


def resolved(storage_path: str) -> tuple[Any, str]:
    """The file system, in pyarrow's sense, and the path in it. What pyarrow does not know comes by fsspec."""
    from pyarrow import ArrowInvalid, fs  # noqa: PLC0415 - as above

    if is_folder(storage_path):
        return fs.LocalFileSystem(), str(folder_of(storage_path))
    try:
        system, place = fs.FileSystem.from_uri(storage_path)
    except ArrowInvalid:
        import fsspec  # noqa: PLC0415 - as above

        known, place = fsspec.core.url_to_fs(storage_path)
        system = fs.PyFileSystem(fs.FSSpecHandler(known))
    return system, str(place).rstrip("/")


def in_a_line(error: Exception) -> str:
    """What it says, to be read within a sentence."""
    return " ".join(str(error).split())[:300] or type(error).__name__
