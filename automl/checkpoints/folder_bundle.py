"""The files of a trial in memory, to be sent between two machines that share no disk."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trials.files import ENCODER, replacing


@dataclass(frozen=True)
class FolderBundle:
    """The files of a folder as byte arrays, which Ray's object store can share without a copy.

    Attributes:
        files: the content of each file by its path relative to the folder; one-dimensional `uint8` arrays.
        links: relative paths of the links to files of an encoder, which are created again on the target machine.
    """

    files: Mapping[str, NDArray[np.uint8]]
    links: tuple[str, ...]

    def open(self, folder: Path, encoder: Path | None) -> None:
        """Replace the content of `folder` by these files, atomically.

        Args:
            folder: the target folder.
            encoder: the folder on this machine whose files the links point to; None: no links are created.

        Raises:
            CheckpointError: the files cannot be written to the disk; the folder is unchanged.
        """
        with replacing(folder) as staging:
            for name, content in self.files.items():
                (staging / name).parent.mkdir(parents=True, exist_ok=True)
                content.tofile(staging / name)
            if encoder is not None:
                link_encoder(staging, self.links, encoder)


@dataclass(frozen=True)
class TrialBundle:
    """The files of a trial that are sent to another machine.

    Attributes:
        model: the model of its best evaluation; None if it is not sent.
        state: its training state; None if it is not sent.
        parent: the training state of the parent trial from which it continues; None if it has no parent.
    """

    model: FolderBundle | None = None
    state: FolderBundle | None = None
    parent: FolderBundle | None = None


def packed(folder: Path) -> FolderBundle | None:
    """Read all files of `folder` into memory.

    Args:
        folder: the folder, which need not exist.

    Returns:
        The files and links; None if there are none.
    """
    if not folder.is_dir():
        return None
    paths = {str(path.relative_to(folder)): path for path in files_of(folder)}
    links = tuple(name for name, path in paths.items() if is_encoder_link(path))
    files = {name: np.fromfile(path, dtype=np.uint8) for name, path in paths.items() if name not in links}
    return FolderBundle(files, links) if paths else None


def is_encoder_link(path: Path) -> bool:
    """Return whether `path` is a link to a file of an encoder."""
    return path.is_symlink() and path.parent.name == ENCODER


def link_encoder(folder: Path, links: Iterable[str], encoder: Path) -> None:
    """Create `links`, paths relative to `folder`, which point to the files with the same names in `encoder`."""
    for name in links:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to((encoder / Path(name).name).resolve())


def files_of(folder: Path) -> Iterator[Path]:
    """Return the files and links in `folder` and its subfolders, sorted by path."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file() or path.is_symlink())
