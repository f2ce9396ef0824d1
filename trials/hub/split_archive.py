"""A checkpoint that several installed packages hold in parts of one archive, joined once on each machine."""

import hashlib
import os
import shutil
import zipfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from trials.errors import CheckpointError, PretrainedError
from trials.files import file_lock, replacing

SECONDS_TO_WAIT = 600.0
"""Longest wait for another process that joins the same parts; it takes seconds unless the disk is very slow."""

CHUNK = 2**20


@dataclass(frozen=True)
class Part:
    """One part of the archive.

    Attributes:
        package: import name of the package that holds it.
        file: path of the part below the package's folder.
        sha256: SHA-256 of the part, in hex.
    """

    package: str
    file: str
    sha256: str


@dataclass(frozen=True)
class SplitArchive:
    """A zip archive in parts, with the files of a checkpoint in one of its folders.

    Attributes:
        parts: the parts, in their order.
        folder: folder in the archive that holds the checkpoint.
        files: files of the checkpoint that are used.
        install: command that installs the parts.
    """

    parts: tuple[Part, ...]
    folder: str
    files: tuple[str, ...]
    install: str

    @property
    def joined(self) -> Path:
        """The folder of the joined checkpoint in the user's cache, which may not exist yet."""
        identity = hashlib.sha256("".join(part.sha256 for part in self.parts).encode()).hexdigest()
        cache = os.environ.get("XDG_CACHE_HOME")
        base = Path(cache) if cache else Path.home() / ".cache"
        return base / "automl" / "checkpoints" / f"{self.folder}-{identity[:12]}"

    def is_installed(self) -> bool:
        """Return whether the checkpoint is joined already, or all its parts are installed."""
        return self.joined.is_dir() or all(_path(part) is not None for part in self.parts)


def joined(name: str, archive: SplitArchive) -> Path:
    """Return the folder of a checkpoint, which the first call on a machine joins from its parts.

    Processes that ask at the same time wait for the one that joins. The folder is complete or absent.

    Args:
        name: name of the checkpoint, for messages.
        archive: its parts.

    Raises:
        PretrainedError: a part is missing or damaged, or the disk rejects the files.
    """
    folder = archive.joined
    if folder.is_dir():
        return folder
    paths = [_installed(name, part, archive) for part in archive.parts]
    try:
        with file_lock(folder.with_name(f"{folder.name}.lock"), SECONDS_TO_WAIT):
            if not folder.is_dir():
                with replacing(folder) as staging:
                    _join(name, archive, paths, staging)
    except (OSError, CheckpointError) as error:
        raise PretrainedError(
            f"the parts of the checkpoint {name!r} must be joined in {str(folder.parent)!r}, but: {error}; make room "
            "there, or name another cache with XDG_CACHE_HOME"
        ) from error
    return folder


def _join(name: str, archive: SplitArchive, paths: list[Path], staging: Path) -> None:
    whole = staging / "archive.zip"
    with whole.open("wb") as target:
        for part, path in zip(archive.parts, paths, strict=True):
            digest = hashlib.sha256()
            with path.open("rb") as source:
                while chunk := source.read(CHUNK):
                    digest.update(chunk)
                    target.write(chunk)
            if digest.hexdigest() != part.sha256:
                raise PretrainedError(
                    f"the part {str(path)!r} of the checkpoint {name!r} must have the SHA-256 {part.sha256}, not "
                    f"{digest.hexdigest()}: it is damaged; install it again: {archive.install} --force-reinstall"
                )
    with zipfile.ZipFile(whole) as opened:
        for file in archive.files:
            with opened.open(f"{archive.folder}/{file}") as packed, (staging / file).open("wb") as target:
                shutil.copyfileobj(packed, target, CHUNK)
    whole.unlink()


def _installed(name: str, part: Part, archive: SplitArchive) -> Path:
    path = _path(part)
    if path is None:
        raise PretrainedError(
            f"the checkpoint {name!r} must be installed, but {part.file!r} of the package {part.package!r} is missing; "
            f"install it: {archive.install}"
        )
    return path


def _path(part: Part) -> Path | None:
    spec = find_spec(part.package)
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / part.file
    return path if path.is_file() else None
