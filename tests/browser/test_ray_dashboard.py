"""Ray's dashboard while a search runs, in a real Chromium: it must let us in and show the workers of this search."""

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.integration.command import overrides, write_reviews
from tests.waiting import wait_until

pytestmark = pytest.mark.browser


@pytest.fixture
def ray_folder() -> Iterator[Path]:
    """A folder for Ray alone, whose name is short, as sockets need; it has the addresses of the metrics."""
    with TemporaryDirectory(prefix="r-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture
def dashboard(tmp_path: Path, chromium: str, ray_folder: Path) -> Iterator[str]:
    """The address that a running search prints."""
    write_reviews(tmp_path / "reviews.csv", rows=1000)
    command = [
        sys.executable,
        "-m",
        "automl",
        "search",
        "reviews.csv",
        "--space",
        "encoder",
        "--time-budget",
        "5m",
        "--epochs",
        "300",
    ]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONUNBUFFERED": "1"}
    environment["RAY_TMPDIR"] = str(ray_folder)
    with (
        (tmp_path / "log").open("w") as log,
        subprocess.Popen([*command, *overrides()], cwd=tmp_path, env=environment, stdout=log, stderr=log) as search,
    ):
        try:
            address = _wait_for(tmp_path / "log", r"Ray dashboard (http://[^\s;]+)")
            _wait_for(tmp_path / "log", r"(trial 0 at)")
            yield address
        finally:
            search.kill()


def test_the_dashboard_shows_the_workers_of_a_running_search(
    tmp_path: Path, chromium: str, dashboard: str, ray_folder: Path
) -> None:
    from playwright.sync_api import sync_playwright

    pictures = Path(os.environ.get("AUTOML_SCREENSHOTS", tmp_path)).resolve()
    ray = Path(sys.executable).with_name("ray")
    token = subprocess.run([ray, "get-auth-token"], capture_output=True, text=True, check=True).stdout.split()[-1]
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-quic"])
        page = browser.new_page(viewport={"width": 1800, "height": 700})
        page.goto(f"{dashboard}/#/actors")
        page.get_by_placeholder("Enter your authentication token").fill(token)
        page.get_by_role("button", name="Submit").click()
        page.get_by_text("ALIVE").first.wait_for(timeout=30_000)
        actors = page.locator("body").inner_text()
        page.screenshot(path=pictures / "ray-actors.png")
        page.goto(f"{dashboard}/#/cluster")
        page.get_by_text("ALIVE").first.wait_for(timeout=30_000)
        page.screenshot(path=pictures / "ray-cluster.png")
        browser.close()
    assert "TrialActor" in actors
    assert re.search(r"trials of reviews from \d+ on", actors)
    wait_until(lambda: "ray_automl_best_score" in _metrics(ray_folder), 90, every=1.0, why=lambda: _metrics(ray_folder))
    assert re.search(r'ray_automl_trials\{.*state="running",study="reviews"\}', _metrics(ray_folder))


def _metrics(ray_folder: Path) -> str:
    """What the Prometheus endpoints of Ray's processes say, those that answer."""
    said = []
    for target in json.loads((ray_folder / "ray" / "prom_metrics_service_discovery.json").read_text())[0]["targets"]:
        with suppress(OSError), urllib.request.urlopen(f"http://{target}/metrics", timeout=10) as answer:
            said.append(answer.read().decode())
    return "".join(said)


def _wait_for(log: Path, pattern: str, seconds: float = 60) -> str:
    wait_until(lambda: re.search(pattern, log.read_text()), seconds, why=lambda: f"no {pattern!r} in {log.read_text()}")
    found = re.search(pattern, log.read_text())
    assert found is not None
    return found.group(1)
