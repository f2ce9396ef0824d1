"""Opening of files that may be compressed, as if they were not."""

import bz2
import gzip
import lzma
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from trials.errors import DataError


def _gzip(path: Path) -> BinaryIO:
    return cast("BinaryIO", gzip.open(path))


def _bzip2(path: Path) -> BinaryIO:
    return cast("BinaryIO", bz2.open(path))


def _xz(path: Path) -> BinaryIO:
    return cast("BinaryIO", lzma.open(path))


def _zstandard(path: Path) -> BinaryIO:
    import pyarrow as pa  # noqa: PLC0415  (needed for one suffix)

    return cast("BinaryIO", pa.input_stream(str(path), compression="zstd"))


def _member(path: Path) -> BinaryIO:
    return cast("BinaryIO", zipfile.ZipFile(path).open(_only_member(path)))


COMPRESSIONS: dict[str, Callable[[Path], BinaryIO]] = {
    ".gz": _gzip,
    ".bz2": _bzip2,
    ".xz": _xz,
    ".zst": _zstandard,
    ".zip": _member,
}
"""How files are opened, by the suffix of their compression."""

DAMAGES = (OSError, EOFError, lzma.LZMAError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError)
"""What opening or reading a damaged or encrypted file raises."""


def table_name(path: Path) -> str:
    """Return the name of the file at `path` without the suffix of its compression; of an archive, of its only file.

    Raises:
        DataError: an archive cannot be read, or holds another number of files than one.
    """
    suffix = path.suffix.lower()
    if suffix == ".zip":
        return PurePosixPath(_only_member(path)).name
    return path.stem if suffix in COMPRESSIONS else path.name


def table_suffix(path: Path) -> str:
    """Return the suffix, in lower case, that says of which format the file at `path` is, as if it were not compressed.

    Raises:
        DataError: an archive cannot be read, or holds another number of files than one.
    """
    return PurePosixPath(table_name(path)).suffix.lower()


def open_bytes(path: Path) -> BinaryIO:
    """Open the file at `path` for reading, decompressed.

    Raises:
        DataError: the file cannot be opened.
    """
    try:
        opener = COMPRESSIONS.get(path.suffix.lower())
        return cast("BinaryIO", path.open("rb")) if opener is None else opener(path)
    except DAMAGES as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: BaseException) -> DataError:
    """Return the error for a file that cannot be opened or read.

    Args:
        path: the file.
        error: what was raised.
    """
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return DataError(f"{path} cannot be read: {reason}. Check its path and permissions, and that it is complete.")


def _only_member(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
    except DAMAGES as error:
        raise unreadable(path, error) from error
    members = [name for name in names if not _is_hidden(name)]
    if len(members) != 1:
        raise DataError(
            f"{path} must hold one file, a table, but it holds {', '.join(members[:5]) or 'none'}"
            f"{', ...' if len(members) > 5 else ''}. Unpack it, and name the folder or a file."
        )
    return members[0]


def _is_hidden(name: str) -> bool:
    """Return whether a file was left by an operating system, such as the `__MACOSX` folder of macOS."""
    return any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts)
