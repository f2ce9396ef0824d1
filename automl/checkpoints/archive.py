"""A folder of a trial as one tar stream whose completeness can be checked, for stores that cannot rename folders."""

import tarfile
from io import BufferedIOBase
from pathlib import Path, PurePosixPath

from automl.checkpoints.folder_bundle import files_of, is_encoder_link, link_encoder
from trials.files import ENCODER, replacing

END = ".end"
"""Name of the last entry. An archive without it is incomplete."""

BLOCK = 2**20
"""Buffer size of reads and writes, in bytes."""


class IncompleteArchive(Exception):
    """The archive is incomplete, or cannot be used on this machine."""


def pack(folder: Path, stream: BufferedIOBase) -> None:
    """Write all files of `folder` to `stream`; links to the files of an encoder stay links.

    Raises:
        OSError: the folder has no files, or they cannot be read.
    """
    files = list(files_of(folder))
    if not files:
        raise FileNotFoundError(f"{str(folder)!r} is empty")
    with tarfile.open(fileobj=stream, mode="w|", bufsize=BLOCK) as archive:
        for path in files:
            if not is_encoder_link(path):
                archive.add(path.resolve(), path.relative_to(folder))
                continue
            link = tarfile.TarInfo(str(path.relative_to(folder)))
            link.type, link.linkname = tarfile.SYMTYPE, path.name
            archive.addfile(link)
        archive.addfile(tarfile.TarInfo(END))


def unpack(stream: BufferedIOBase, folder: Path, encoder: Path | None) -> None:
    """Replace the content of `folder` by that of the archive, atomically.

    Args:
        stream: the archive.
        folder: the target folder.
        encoder: the folder on this machine whose files the links point to; None if there is none.

    Raises:
        IncompleteArchive: the stream ends too early, a link has no encoder or lies outside the encoder's folder, or
            another process fills `folder` at the same time.
        CheckpointError: the files cannot be written to the disk.
    """
    with replacing(folder) as staging:
        names: list[str] = []
        links: list[str] = []
        is_whole = False
        try:
            with tarfile.open(fileobj=stream, mode="r|", bufsize=BLOCK) as archive:
                for entry in archive:
                    if entry.name == END:
                        is_whole = True
                    elif entry.issym():
                        links.append(_encoder_file(entry.name))
                    else:
                        archive.extract(entry, staging, filter="data")
                        names.append(entry.name)
        except tarfile.TarError as error:
            raise IncompleteArchive(str(error)) from error
        if not is_whole:
            raise IncompleteArchive("it ends too early")
        if links and encoder is None:
            raise IncompleteArchive("its pretrained encoder is not on this machine")
        if encoder is not None:
            link_encoder(staging, links, encoder)
        if not all((staging / name).exists() for name in names):
            raise IncompleteArchive("another process is copying it, too")


def _encoder_file(name: str) -> str:
    """Return the name of a link, which must lie in the folder of an encoder."""
    if PurePosixPath(name).parts[:-1] != (ENCODER,):
        raise IncompleteArchive(f"it has a link {name!r}")
    return name
