"""Access to the storage path of a search: a shared folder, or a bucket of an object store."""

import shutil
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from automl.core import WorkspaceError, one_line

BUFFER = 8 * 2**20
"""Buffer size of reads and writes in bytes; each buffer is one request to a server."""

FSSPEC = "py::fsspec+"
"""Prefix of pyarrow's type name for a file system of fsspec."""


def send(folder: Path, storage_path: str, study_folder: str) -> str:
    """Copy `folder` to `<storage_path>/<study_folder>/<name of the folder>`, and replace what is there.

    Args:
        folder: the local folder, which stays unchanged.
        storage_path: a local path, or a URI that pyarrow or fsspec understands.
        study_folder: name of the study's folder below the storage path.

    Returns:
        The address of the copy.

    Raises:
        WorkspaceError: the copy failed.
    """
    address = below(storage_path, study_folder, folder.name)
    try:
        system, base = resolved(storage_path)
        target = f"{base}/{study_folder}/{folder.name}"
        before = files_in(system, target)
        new = {f"{target}/{path.relative_to(folder).as_posix()}": path for path in folder.rglob("*") if path.is_file()}
        for remote, path in new.items():
            with path.open("rb") as source, opened(system, remote) as file:
                shutil.copyfileobj(source, file, BUFFER)
        for other in before - new.keys():  # files of another kind of model would stay among the new ones
            system.delete_file(other)
    except Exception as error:  # each file system raises its own
        raise WorkspaceError(
            f"the model must be copied to {address!r}, but that failed: {one_line(error)}; it is in {str(folder)!r}"
        ) from error
    return address


def below(storage_path: str, *names: str) -> str:
    """Return the address of a subfolder. The query of `storage_path`, which follows a `?`, stays at the end."""
    base, question_mark, query = storage_path.partition("?")
    return f"{'/'.join((base.rstrip('/'), *names))}{question_mark}{query}"


def is_folder(storage_path: str) -> bool:
    """Return whether `storage_path` is a local path or a `file:` URI."""
    return urlsplit(storage_path).scheme in {"", "file"}


def folder_of(storage_path: str) -> Path:
    """Return the absolute folder of `storage_path`, for which `is_folder` must be true."""
    return Path(unquote(storage_path.removeprefix("file://"))).expanduser().resolve()


def refusal_of(storage_path: str) -> str | None:
    """Test whether a file can be written below a storage path. The test file is deleted again.

    Args:
        storage_path: a local path, or a URI that pyarrow or fsspec understands.

    Returns:
        Reason why writing failed, on one line; None if it succeeded.
    """
    try:
        system, base = resolved(storage_path)
        probe = f"{base}/.automl-{uuid4().hex}"
        with opened(system, probe) as file:
            file.write(b"")
        system.delete_file(probe)
    except Exception as error:  # each file system raises its own
        return f"trying gave: {one_line(error)}"
    return None


def opened(system: Any, path: str) -> Any:
    """Open a new file for writing.

    Its folder is created only if the first attempt fails: object stores need no folders, and would keep a marker file
    for each.
    """
    try:
        return system.open_output_stream(path, compression=None, buffer_size=BUFFER)
    except FileNotFoundError:
        system.create_dir(path.rpartition("/")[0], recursive=True)
        return system.open_output_stream(path, compression=None, buffer_size=BUFFER)


def files_in(system: Any, folder: str) -> set[str]:
    """Return the paths of all files below a folder, which need not exist. fsspec's cache of listings is cleared."""
    from pyarrow import fs  # noqa: PLC0415 - the import takes a quarter of a second

    if system.type_name.startswith(FSSPEC):
        system.handler.fs.invalidate_cache()
    found = system.get_file_info(fs.FileSelector(folder, recursive=True, allow_not_found=True))
    return {file.path for file in found if file.is_file}


def resolved(storage_path: str) -> tuple[Any, str]:
    """Return pyarrow's file system and the path in it. fsspec is used for schemes that pyarrow does not support."""
    from pyarrow import ArrowInvalid, fs  # noqa: PLC0415 - as above

    if is_folder(storage_path):
        return fs.LocalFileSystem(), str(folder_of(storage_path))
    try:
        system, base = fs.FileSystem.from_uri(storage_path)
    except ArrowInvalid:
        import fsspec  # noqa: PLC0415 - as above

        filesystem, base = fsspec.core.url_to_fs(storage_path)
        system = fs.PyFileSystem(fs.FSSpecHandler(filesystem))
    return system, str(base).rstrip("/")
