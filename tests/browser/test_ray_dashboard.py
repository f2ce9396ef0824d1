"""Ray's dashboard while a search runs, in a real Chromium: it must show the workers of this search."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

from tests.browser.test_mlflow_page import browse, pytestmark
from tests.integration.command import overrides, write_reviews

__all__ = ["pytestmark"]


def test_the_dashboard_shows_the_workers_of_a_running_search(tmp_path: Path) -> None:
    write_reviews(tmp_path / "reviews.csv", rows=1000)
    pictures = Path(os.environ.get("AUTOML_SCREENSHOTS", tmp_path)).resolve()
    pictures.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "automl", "search", "reviews.csv", "--time-budget", "5m", "--epochs", "300"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONUNBUFFERED": "1"}
    with (
        (tmp_path / "log").open("w") as log,
        subprocess.Popen([*command, *overrides()], cwd=tmp_path, env=environment, stdout=log, stderr=log) as search,
    ):
        try:
            address = _wait_for(tmp_path / "log", r"Ray dashboard (http://\S+)")
            _wait_for(tmp_path / "log", r"(trial 0 at)")
            page = browse(f"{address}/#/actors", tmp_path / "profile", "--dump-dom")
            for name, path in (("ray-actors", "#/actors"), ("ray-cluster", "#/cluster")):
                browse(f"{address}/{path}", tmp_path / "profile", f"--screenshot={pictures / name}.png")
        finally:
            search.kill()
    assert "Trainable" in page or "TrialActor" in page


def _wait_for(log: Path, pattern: str, seconds: float = 60) -> str:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if (found := re.search(pattern, log.read_text())) is not None:
            return found.group(1)
        time.sleep(0.2)
    raise AssertionError(f"{pattern!r} was not said within {seconds} s: {log.read_text()}")
