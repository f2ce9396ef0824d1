"""The engine, the images and one stack for all tests of the stack, and the table of what was measured.

Whoever runs these tests has asked for them by name, so they fail where they cannot run.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.compose.images import Missing, make_images
from tests.compose.stack import Stack
from tests.integration.command import write_reviews
from tests.waiting import comes_true

START_SECONDS = 30


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A Docker engine that answers: the machine's, or one for these tests, if this is root and there is a `dockerd`."""
    if not shutil.which("docker"):
        pytest.fail("docker is not installed (Debian: apt-get install docker.io docker-compose)", pytrace=False)
    if not shutil.which("docker-compose") and not _succeeds("docker", "compose", "version"):
        pytest.fail("docker compose is not installed (Debian: apt-get install docker-compose)", pytrace=False)
    if _answers():
        yield
        return
    if os.geteuid() or not shutil.which("dockerd"):
        pytest.fail(
            "no Docker engine answers, and to start one takes root and dockerd (Debian: apt-get install docker.io)",
            pytrace=False,
        )
    log = tmp_path_factory.mktemp("engine") / "dockerd.log"
    with log.open("wb") as file:
        daemon = subprocess.Popen(["dockerd"], stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT)
    try:
        comes_true(lambda: _answers() or daemon.poll() is not None, START_SECONDS, every=0.5)
        if not _answers():
            pytest.fail(f"dockerd does not start here: {log.read_text()[-500:]}", pytrace=False)
        yield
    finally:
        daemon.terminate()
        daemon.wait(60)


@pytest.fixture(scope="session")
def images(engine: None) -> None:
    """The stack's images."""
    try:
        make_images()
    except Missing as missing:
        pytest.fail(str(missing), pytrace=False)


@pytest.fixture(scope="session")
def stack(images: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack with two workers, and a file of reviews. It and its volumes are gone afterwards."""
    folder: Path = tmp_path_factory.mktemp("stack")
    folder.chmod(0o755)  # the image's user is none of this machine's
    write_reviews(folder / "reviews.csv", rows=1500)
    stack = Stack(folder)
    stack.down("--volumes")
    try:
        stack.up()
        yield stack
    finally:
        stack.down("--volumes")


@pytest.fixture(scope="session")
def measured(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """What the tests measured, by what it is; printed at the end."""
    rows: dict[str, str] = {}
    yield rows
    if rows:
        capture = request.config.pluginmanager.getplugin("capturemanager")
        with capture.global_and_fixture_disabled():
            print("\n\n| what | came to |\n|---|---|")
            for what, value in rows.items():
                print(f"| {what} | {value} |")


def _answers() -> bool:
    return _succeeds("docker", "info")


def _succeeds(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
