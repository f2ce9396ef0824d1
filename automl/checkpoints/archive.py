"""A folder of a trial as one stream: whether all of it has come can be told, where folders cannot be renamed."""

import tarfile
from io import BufferedIOBase
from pathlib import Path, PurePosixPath

from automl.checkpoints.folder_bundle import files_of, is_encoder_link, link_encoder
from trials.files import ENCODER, replacing

END = ".end"
"""The last entry. An archive that ends before it is torn."""

BLOCK = 2**20
"""Bytes that are read and written at once."""


class IncompleteArchive(Exception):
    """An archive that is not whole, or that cannot be used here."""


def pack(folder: Path, stream: BufferedIOBase) -> None:
    """Writes all files of `folder`; those that only point to an encoder's stay links.

    Raises:
        OSError: there are none, or they cannot be read.
    """
    files = list(files_of(folder))
    if not files:
        raise FileNotFoundError(f"nothing is in {str(folder)!r}")
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
    """Makes `folder` hold what was packed, whole or not at all. `encoder` is where the links' files lie here.

    Raises:
        TornArchive: the stream ends too early, there are links and no encoder, or somebody else fills `folder`, too.
        CheckpointError: the disk refuses it.
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
            raise IncompleteArchive("its encoder is not on this machine")
        if encoder is not None:
            link_encoder(staging, links, encoder)
        if not all((staging / name).exists() for name in names):
            raise IncompleteArchive("another process brings it, too")


def _encoder_file(name: str) -> str:
    """The name of a link, which must be in the folder of an encoder."""
    if PurePosixPath(name).parts[:-1] != (ENCODER,):
        raise IncompleteArchive(f"it has a link {name!r}")
    return name
