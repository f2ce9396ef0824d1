"""The files of a trial on their way between two machines that share no disk."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trials.files import ENCODER, replacing


@dataclass(frozen=True)
class FolderBundle:
    """The files of a folder, by their paths in it, as bytes that Ray's object store takes without a copy.

    `links` are those that only point to a file of an encoder: they are made anew where the parcel is opened.
    """

    files: Mapping[str, NDArray[np.uint8]]
    links: tuple[str, ...]

    def open(self, folder: Path, encoder: Path | None) -> None:
        """Makes `folder` hold these files, whole or not at all. `encoder` is where the links' files lie here.

        Raises:
            CheckpointError: the disk refuses it; the folder is as it was.
        """
        with replacing(folder) as staging:
            for name, content in self.files.items():
                (staging / name).parent.mkdir(parents=True, exist_ok=True)
                content.tofile(staging / name)
            if encoder is not None:
                link_encoder(staging, self.links, encoder)


@dataclass(frozen=True)
class TrialBundle:
    """What of a trial's files travels: its model, its training state, and that of the one whose training it goes on."""

    model: FolderBundle | None = None
    state: FolderBundle | None = None
    donor: FolderBundle | None = None


def packed(folder: Path) -> FolderBundle | None:
    """The files of `folder`; None where there are none."""
    if not folder.is_dir():
        return None
    found = {str(path.relative_to(folder)): path for path in files_of(folder)}
    links = tuple(name for name, path in found.items() if is_encoder_link(path))
    files = {name: np.fromfile(path, dtype=np.uint8) for name, path in found.items() if name not in links}
    return FolderBundle(files, links) if found else None


def is_encoder_link(path: Path) -> bool:
    """Whether it only points to a file of an encoder."""
    return path.is_symlink() and path.parent.name == ENCODER


def link_encoder(folder: Path, links: Iterable[str], encoder: Path) -> None:
    """Makes `links`, paths in `folder`, point to the files of those names in `encoder`."""
    for name in links:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to((encoder / Path(name).name).resolve())


def files_of(folder: Path) -> Iterator[Path]:
    """The files and links in `folder` and below, in a fixed order."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file() or path.is_symlink())
