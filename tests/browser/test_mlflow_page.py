"""MLflow's page on a study, in a real Chromium: the address must land on the table of its runs.

The picture stays where `AUTOML_SCREENSHOTS` points to, for the README; without it, it goes to a temporary folder.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from automl.tracking.mlflow_tracker import MlflowTracker
from automl.tracking.ui import start_ui
from tests.automl.tracking.news import STUDY, one_of_each_end, tracked

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs a Chromium: none of chromium, chromium-browser, google-chrome"),
]


def browse(url: str, profile: Path, *options: str) -> str:
    """Opens `url` without a window and gives what the browser prints."""
    assert CHROMIUM is not None
    quiet = ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", *quiet]
    command += [f"--user-data-dir={profile}", "--window-size=1800,1000", "--virtual-time-budget=20000", *options, url]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout


def test_the_address_lands_on_the_runs_of_the_study(tmp_path: Path) -> None:
    uri = f"sqlite:///{tmp_path / 'mlflow.db'}"
    with MlflowTracker(uri, tmp_path / "artifacts", tracked(STUDY)) as tracker:
        for event in one_of_each_end():
            tracker.notice(event)
        assert tracker.close() == 0
    pictures = Path(os.environ.get("AUTOML_SCREENSHOTS", tmp_path)).resolve()
    pictures.mkdir(parents=True, exist_ok=True)
    with start_ui(uri, tmp_path / "artifacts", 0, STUDY) as ui:
        page = browse(ui.url, tmp_path / "profile", "--dump-dom")
        browse(ui.url, tmp_path / "profile", f"--screenshot={pictures / 'mlflow-runs.png'}")
        charts = browse(ui.comparison, tmp_path / "profile", "--dump-dom")
        browse(ui.comparison, tmp_path / "profile", f"--screenshot={pictures / 'mlflow-comparison.png'}")
    for words in (STUDY, "trial-0000", "trial-0005", "best/macro_f1", "validation/macro_f1", "0.905", "out_of_memory"):
        assert words in page
    assert "Detect Issues" not in page, "this is MLflow's GenAI overview"
    assert (pictures / "mlflow-runs.png").stat().st_size > 50_000
    assert "Parallel Coordinates" in charts
    assert "parcoords" in charts, "the lines are drawn"
