"""A contender's process: `python -m benchmarks.search.contend NAME TASK.json`."""

import sys
from importlib import import_module
from pathlib import Path

from benchmarks.search.contender import Search
from benchmarks.search.contenders import CONTENDERS
from benchmarks.search.journal import WINNER, Event, Journal
from benchmarks.search.task import Task


def main() -> None:
    """Searches, and tells which model won."""
    name, path = sys.argv[1:]
    task = Task.read(Path(path))
    module, _, function = CONTENDERS[name].search.partition(":")
    search: Search = getattr(import_module(module), function)
    model = search(task)
    if model is not None:
        Journal(task).tell(Event(WINNER, "", task.elapsed, model=str(model)))


if __name__ == "__main__":
    main()
