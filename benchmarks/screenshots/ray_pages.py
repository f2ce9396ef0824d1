"""Pictures of Ray's dashboard while a search runs on a cluster of two nodes beside its head."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.screenshots.browser import opened, picture
from tests.integration.nodes_here import LOOPBACK, Nodes

if TYPE_CHECKING:
    from playwright.sync_api import ViewportSize

CORES_OF_NODES = (1, 1)

SIZE: "ViewportSize" = {"width": 1800, "height": 740}
"""Size of the browser's window, in pixels."""

UNTIL_FULL = 90
"""Seconds after which all actors are at work."""


@contextmanager
def searching_on_nodes(search: Sequence[str], workspace: Path) -> Iterator[str]:
    """Start a cluster of several nodes on this machine and a search on it, and wait for the end of both.

    Args:
        search: the arguments of `automl search`.
        workspace: folder of the workspace, which is made.

    Yields:
        The address of the dashboard, once trials run.
    """
    nodes = Nodes(*CORES_OF_NODES, dashboard=True)
    try:
        command = [sys.executable, "-m", "automl", "search", *search, "--workspace", str(workspace)]
        workspace.mkdir(parents=True, exist_ok=True)
        with (workspace / "search.log").open("w") as log:
            settings = {**os.environ, **LOOPBACK, "PYTHONUNBUFFERED": "1"}
            process = subprocess.Popen([*command, "--address", nodes.address], env=settings, stdout=log, stderr=log)
            _wait_for(workspace / "search.log", r"trial \d+ at", process)
            yield nodes.dashboard
            if process.wait():
                raise SystemExit((workspace / "search.log").read_text())
    finally:
        nodes.end()


def take_pictures(dashboard: str, out: Path) -> None:
    """Take the pictures of the cluster and its actors.

    Args:
        dashboard: the address of the dashboard.
        out: folder of the pictures.
    """
    ray = Path(sys.executable).with_name("ray")
    token = subprocess.run([ray, "get-auth-token"], capture_output=True, text=True, check=True).stdout.split()[-1]
    with opened(SIZE) as page:
        page.goto(f"{dashboard}/#/actors")
        page.get_by_placeholder("Enter your authentication token").fill(token)
        page.get_by_role("button", name="Submit").click()
        page.get_by_text("trials of").nth(1).wait_for()
        picture(page, out / "ray-actors.png")
        page.goto(f"{dashboard}/#/cluster")
        page.get_by_text("ALIVE x 3").wait_for()
        picture(page, out / "ray-cluster.png")


def _wait_for(log: Path, pattern: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + UNTIL_FULL
    while not re.search(pattern, log.read_text()):
        if process.poll() is not None or time.monotonic() > until:
            raise SystemExit(f"no trial has begun:\n{log.read_text()}")
        time.sleep(0.5)
