"""The one interface of all contenders."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from benchmarks.search.task import Task


class Search(Protocol):
    """A search. It runs in a process of its own that has imported nothing yet: imports and start-up count."""

    def __call__(self, task: Task) -> Path | None:
        """Searches until the task's seconds are over, noting events in its `Journal`.

        Returns:
            The folder of the model that the user would take, as `save_pretrained` writes it; None if there is none.
        """
        ...


@dataclass(frozen=True)
class Contender:
    """One engine. `search` is a `Search` as `module:function`, which only the contender's own process imports.

    Its processes compute with `threads` threads each. `needs` are the packages without which it cannot run.
    """

    title: str
    search: str
    needs: tuple[str, ...] = ()
    threads: int = 1
