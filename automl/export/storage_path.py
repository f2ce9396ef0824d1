"""A second place for what is handed over: a folder that machines share, or a bucket somewhere."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from automl.errors import WorkspaceError
from automl.redaction import drop_password

EXAMPLE = "s3://bucket/folder"


def send(folder: Path, storage_path: str, study_folder: str) -> str:
    """Copies `folder` to `<storage_path>/<study_folder>/<its name>`, in place of what is there; gives that address.

    Raises:
        WorkspaceError: it cannot be written there. What is in `folder` stays.
    """
    from pyarrow import fs  # noqa: PLC0415 - only who asks for it pays for it

    address = f"{storage_path.rstrip('/')}/{study_folder}/{folder.name}"
    try:
        system, place = _resolved(storage_path)
        target = f"{place}/{study_folder}/{folder.name}"
        system.create_dir(target, recursive=True)
        system.delete_dir_contents(target)  # else files of another kind of model would stay among the new ones
        fs.copy_files(str(folder), target, destination_filesystem=system)
    except Exception as error:  # each file system raises its own
        raise WorkspaceError(
            f"what is handed over must be copied to {address!r}, but that failed: {_line(error)}; "
            f"it is in {str(folder)!r}"
        ) from error
    return address


def storage_path_problems(storage_path: str | None) -> list[str]:
    """What is wrong with it, each as one sentence. Tries it, and leaves nothing behind."""
    if storage_path is None:
        return []
    wanted = f"The storage path must be a folder or an address such as {EXAMPLE} that can be written to"
    if drop_password(storage_path) != storage_path:
        return [f"{wanted}, without a password in it: give that in the environment, as its service asks for it."]
    try:
        system, place = _resolved(storage_path)
        probe = f"{place}/.automl-{uuid4().hex}"
        system.create_dir(place, recursive=True)
        with system.open_output_stream(probe) as file:
            file.write(b"")
        system.delete_file(probe)
    except Exception as error:  # each file system raises its own
        return [f"{wanted}, but trying {storage_path!r} gave: {_line(error)}"]
    return []


def _resolved(storage_path: str) -> tuple[Any, str]:
    """The file system, and the path in it: by pyarrow, or for what it does not know by fsspec."""
    from pyarrow import ArrowInvalid, fs  # noqa: PLC0415

    if not urlsplit(storage_path).scheme:
        return fs.LocalFileSystem(), str(Path(storage_path).expanduser().resolve())
    try:
        system, place = fs.FileSystem.from_uri(storage_path)
    except ArrowInvalid:
        import fsspec  # noqa: PLC0415

        known, place = fsspec.core.url_to_fs(storage_path)
        system = fs.PyFileSystem(fs.FSSpecHandler(known))
    return system, str(place).rstrip("/")


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__
