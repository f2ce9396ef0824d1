"""Training states that trials of a population may go on from, kept beside the states of the trials themselves."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class ParentState:
    """A trial as it was at a step of its budget."""

    number: int
    step: int

    @property
    def name(self) -> str:
        """What its folder is called."""
        return f"{self.number:05d}-{self.step:02d}"


def donor_in(folder: Path) -> ParentState | None:
    """Whose state lies in `folder`, by its name; None for a folder of something else."""
    number, _, step = folder.name.partition("-")
    return ParentState(int(number), int(step)) if number.isdecimal() and step.isdecimal() else None


class ParentStates:
    """The states that are kept in `folder`; those of the trials themselves lie where `state` says.

    A trial that goes on replaces its state by a new file. The file that was it stays here.
    """

    def __init__(self, folder: Path, state: Callable[[int], Path]) -> None:
        self._folder = folder
        self._state = state

    def place(self, donor: ParentState) -> Path:
        """The folder of a state, which need not be there."""
        return self._folder / donor.name

    def has(self, donor: ParentState) -> bool:
        """Whether that state is there."""
        return any(_files(self.place(donor)))

    def keep(self, donor: ParentState) -> None:
        """Keeps the state that the trial has now; what cannot be kept cannot be gone on with, no more."""
        place = self.place(donor)
        shutil.rmtree(place, ignore_errors=True)
        try:
            place.mkdir(parents=True)
            for file in _files(self._state(donor.number)):
                os.link(file, place / file.name)  # takes neither time nor room
        except OSError:
            shutil.rmtree(place, ignore_errors=True)

    def tidy(self, is_wanted: Callable[[ParentState], bool]) -> None:
        """Removes the states that nobody wants."""
        for folder, donor in kept_states(self._folder):
            if not is_wanted(donor):
                shutil.rmtree(folder, ignore_errors=True)


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []


def kept_states(folder: Path) -> Iterator[tuple[Path, ParentState]]:
    """Each state that is kept in `folder`, with whose it is."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if (donor := donor_in(path)) is not None:
            yield path, donor
