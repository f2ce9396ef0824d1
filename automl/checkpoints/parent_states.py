"""Training states from which other trials of a population may continue, kept apart from the trials' own states."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class ParentState:
    """Identity of a kept training state.

    Attributes:
        number: number of the trial that the state belongs to.
        step: step of the trial's budget at which the state was saved.
    """

    number: int
    step: int

    @property
    def name(self) -> str:
        """The name of its folder."""
        return f"{self.number:05d}-{self.step:02d}"


def parent_state_in(folder: Path) -> ParentState | None:
    """Return the identity of the state in `folder`, which its name contains; None if the name has another form."""
    number, _, step = folder.name.partition("-")
    return ParentState(int(number), int(step)) if number.isdecimal() and step.isdecimal() else None


class ParentStates:
    """The parent states of a study.

    A trial that continues replaces the file of its state. A hard link here keeps the old file.

    Args:
        folder: the folder of the kept states.
        state: returns the folder of a trial's own training state, by the trial's number.
    """

    def __init__(self, folder: Path, state: Callable[[int], Path]) -> None:
        self._folder = folder
        self._state = state

    def folder(self, parent: ParentState) -> Path:
        """Return the folder of the state `parent`, which need not exist."""
        return self._folder / parent.name

    def has(self, parent: ParentState) -> bool:
        """Return whether the state `parent` is kept."""
        return any(_files(self.folder(parent)))

    def keep(self, parent: ParentState) -> None:
        """Keep the state that the trial has now.

        If it cannot be linked, it is not kept, and no error is raised: no trial can continue from it then.

        Args:
            parent: the trial, and the step of its current state.
        """
        target = self.folder(parent)
        shutil.rmtree(target, ignore_errors=True)
        try:
            target.mkdir(parents=True)
            for file in _files(self._state(parent.number)):
                os.link(file, target / file.name)  # a hard link needs neither time nor disk space
        except OSError:
            shutil.rmtree(target, ignore_errors=True)

    def tidy(self, is_needed: Callable[[ParentState], bool]) -> None:
        """Remove the states for which `is_needed` returns False."""
        for folder, parent in kept_states(self._folder):
            if not is_needed(parent):
                shutil.rmtree(folder, ignore_errors=True)


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []


def kept_states(folder: Path) -> Iterator[tuple[Path, ParentState]]:
    """Iterate over the states that are kept in `folder`.

    Args:
        folder: the folder of the kept states, which need not exist.

    Yields:
        The folder of a state, and the state's identity.
    """
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if (parent := parent_state_in(path)) is not None:
            yield path, parent
