"""Databases for every test that stores something, SQLite and a real PostgreSQL that is started once; and clean ends."""

import gc
import os
import re
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from automl.core.workspace import sqlite_url

if TYPE_CHECKING:
    from tests.postgres import Postgres


os.environ.setdefault("OMP_NUM_THREADS", "1")
"""Two processes that test, each with a thread for every core, take twice as long as with one thread each."""

gc.disable()  # imports make much and free nothing; it is enabled again when all tests are imported

ON_DEMAND = re.compile(r"(not\s+)?\b(slow|browser|compose|gpu)\b")
"""Tests that run only if `-m` asks for them by name."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What uses the PostgreSQL server is of the second tier, also where it asks for the server by a parameter."""
    for item in items:
        parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
        if "postgres" in getattr(item, "fixturenames", ()) or "postgresql" in parameters:
            item.add_marker(pytest.mark.integration)


def pytest_collection_finish() -> None:
    """All that is imported by now is there to stay."""
    gc.enable()


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fails a run that was asked for tests by name, and has skipped all of them."""
    reporter = session.config.pluginmanager.getplugin("terminalreporter")
    asked = any(not refused for refused, _ in ON_DEMAND.findall(session.config.option.markexpr))
    if exitstatus == 0 and asked and reporter and reporter.stats.get("skipped") and not reporter.stats.get("passed"):
        reporter.ensure_newline()
        reporter.write_line("All the tests that -m asked for were skipped, so nothing was tested.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(autouse=True, scope="module")
def little_to_collect() -> None:
    """Spares each trial's collection of garbage the walk over all that is imported, as the fork server does.

    What is frozen stays so: to walk over everything again after each module took a tenth of the tests' time.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def migrations_loaded_once() -> Iterator[None]:
    """Spares each new database the execution of Optuna's migrations, which are thirty modules that never change."""
    from alembic import util

    load = util.load_python_file
    loaded: dict[Path, ModuleType] = {}

    def load_once(folder: str | Path, file: str | Path) -> ModuleType:
        path = Path(folder) / file
        if "optuna" not in path.parts or path.name == "env.py":
            return load(folder, file)
        if path not in loaded:
            loaded[path] = load(folder, file)
        return loaded[path]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(util, "load_python_file", load_once)
        yield


@pytest.fixture(autouse=True)
def ordinary_arithmetic() -> Iterator[None]:
    """Undoes what a trial that ran in this process has set for it: how denormal numbers and products are computed."""
    yield
    if torch := sys.modules.get("torch"):
        torch.set_flush_denormal(False)
        torch.backends.mkldnn.matmul.fp32_precision = "none"


@pytest.fixture(scope="session")
def postgres() -> Iterator["Postgres"]:
    """The server. Its folder is not pytest's, whose sessions close each other's folders to all but their own user."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs says where there is no runtime folder
        from tests.postgres import Postgres

    with tempfile.TemporaryDirectory(prefix="automl-postgres-", ignore_cleanup_errors=True) as folder:
        server = Postgres(Path(folder) / "data")
        yield server
        server.end()


@pytest.fixture
def postgres_database(postgres: "Postgres") -> Iterator[str]:
    """The name of an empty database."""
    database = postgres.create()
    yield database
    postgres.drop(database)


@pytest.fixture
def postgres_url(postgres: "Postgres", postgres_database: str) -> str:
    """The URL of an empty PostgreSQL database."""
    return postgres.url(postgres_database)


@pytest.fixture(params=["sqlite", "postgresql"])
def storage_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, once of each kind."""
    url: str = request.getfixturevalue("postgres_url") if request.param == "postgresql" else sqlite_url(tmp_path)
    return url
