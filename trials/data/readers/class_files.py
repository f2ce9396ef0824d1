"""The text files of class folders: which are read, under which class, and which are not."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from trials.data.readers.file_facts import Loss

SUFFIXES = (".txt", ".text")
"""Suffixes of text files, in any case of letters."""

UNLABELLED = frozenset({"unsup", "unsupervised", "unlabeled", "unlabelled"})
"""Names of folders, in lower case, whose texts have no label, as in the archive of IMDB."""

_SHOWN = 5


@dataclass(frozen=True)
class ClassFiles:
    """The files of the class folders in one folder.

    Attributes:
        labelled: files with the name of their class, by class and path.
        losses: files and folders that were not read, or not as a class of their own.
    """

    labelled: tuple[tuple[Path, str], ...]
    losses: tuple[Loss, ...]


def has_text_files(folder: Path) -> bool:
    """Return whether there are text files directly in `folder`."""
    return any(_is_text(path) for path in folder.iterdir() if path.is_file())


def class_files(folder: Path) -> ClassFiles:
    """Return the text files below `folder`, each under the name of the top folder that it is in.

    Hidden files and folders are skipped. A folder of unlabelled texts is no class beside two others.

    Args:
        folder: a folder that holds one folder for each class.
    """
    files = {top.name: list(_visible_files(top)) for top in visible_folders(folder)}
    texts = {name: sorted(filter(_is_text, paths)) for name, paths in files.items()}
    classes = [name for name in texts if texts[name] and name.lower() not in UNLABELLED]
    unlabelled = [name for name in texts if texts[name] and name.lower() in UNLABELLED]
    if len(classes) < 2:
        classes, unlabelled = [name for name in texts if texts[name]], []
    labelled = [(path, name) for name in classes for path in texts[name]]
    nested = Counter(name for path, name in labelled if path.parent != folder / name)
    others = Counter(path.suffix or "no suffix" for paths in files.values() for path in paths if not _is_text(path))
    empty = [name for name in texts if not texts[name]]
    found = [
        (nested.total(), f"files in sub-folders count for the class of the top folder: {_counted(nested)}"),
        (others.total(), f"files are no {' or '.join(SUFFIXES)} files and were not read: {_counted(others)}"),
        (len(empty), f"folders without a text file are no classes: {_listed(empty)}"),
        (
            sum(len(texts[name]) for name in unlabelled),
            f"texts of {_listed(unlabelled)} have no label and were not read; --unlabeled "
            f"{folder / next(iter(unlabelled), '')} uses them for pretraining",
        ),
    ]
    return ClassFiles(tuple(labelled), tuple(Loss(what, count) for count, what in found if count))


def visible_folders(folder: Path) -> list[Path]:
    """Return the folders in a folder that are not hidden, by name.

    Args:
        folder: the folder.
    """
    return sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))


def _visible_files(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name.startswith("."):
            continue
        if path.is_dir():
            yield from _visible_files(path)
        else:
            yield path


def _is_text(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".")


def _counted(counts: Counter[str]) -> str:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return _listed([f"{name} {count}" for name, count in ordered])


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (", ..." if len(names) > _SHOWN else "")
