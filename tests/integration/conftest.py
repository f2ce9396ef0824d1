"""What these tests share: searches that run in the background, and do not outlive their test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.nodes_here import Nodes
from tests.integration.running import RunningSearch, search


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is of the second tier."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.integration)


@pytest.fixture
def until_end() -> Iterator[Callable[[RunningSearch], RunningSearch]]:
    """Sees to it that a search is over when its test is."""
    made: list[RunningSearch] = []

    def keep(searching: RunningSearch) -> RunningSearch:
        made.append(searching)
        return searching

    yield keep
    for searching in made:
        searching.kill()


@pytest.fixture
def running(tmp_path: Path, until_end: Callable[[RunningSearch], RunningSearch]) -> Callable[..., RunningSearch]:
    """Starts a search in the test's folder, with the arguments of `tests.integration.running.search`."""
    return lambda *arguments, **settings: until_end(search(tmp_path, *arguments, **settings))


@pytest.fixture
def nodes() -> Iterator[Callable[..., Nodes]]:
    """Starts clusters that end with the test."""
    started = []

    def start(*cpus: float, **settings: object) -> Nodes:
        started.append(Nodes(*cpus, **settings))
        return started[-1]

    yield start
    for cluster in started:
        cluster.end()
