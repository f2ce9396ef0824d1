"""MLflow's page on a study, in a real Chromium: the address must land on the table of its runs.

A server that asks for a login lets nobody in without one; the rest see a trial's metrics and the winner's files.
The pictures of the documentation are of a real search: `make screenshots`.
"""

import subprocess
from pathlib import Path

import pytest

from automl.core.records import StudyIdentity
from automl.tracking.mlflow.tracker import MlflowTracker
from automl.tracking.mlflow.ui.server import start_ui
from tests.automl.tracking.news import STUDY, one_of_each_end, tracked, winner
from tests.automl.tracking.server import LOGIN, MlflowServer

pytestmark = pytest.mark.browser


def browse(chromium: str, url: str, profile: Path, *options: str) -> str:
    """Opens `url` without a window and gives what the browser prints."""
    quiet = ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", *quiet]
    command += [f"--user-data-dir={profile}", "--window-size=1800,1000", "--virtual-time-budget=20000", *options, url]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout


def test_the_address_lands_on_the_runs_of_the_study(tmp_path: Path, chromium: str) -> None:
    uri = f"sqlite:///{tmp_path / 'mlflow.db'}"
    with MlflowTracker(uri, tmp_path / "artifacts", tracked(STUDY)) as tracker:
        for event in one_of_each_end():
            tracker.notice(event)
        assert tracker.close() == 0
    pictures = tmp_path
    with start_ui(uri, tmp_path / "artifacts", 0, StudyIdentity(STUDY, "")) as ui:
        page = browse(chromium, ui.url, tmp_path / "profile", "--dump-dom")
        browse(chromium, ui.url, tmp_path / "profile", f"--screenshot={pictures / 'mlflow-runs.png'}")
        charts = browse(chromium, ui.comparison, tmp_path / "profile", "--dump-dom")
        browse(chromium, ui.comparison, tmp_path / "profile", f"--screenshot={pictures / 'mlflow-comparison.png'}")
    runs = ("#0 encoder d1", "#5 encoder d2")
    for words in (STUDY, *runs, "best/macro_f1", "validation/macro_f1", "0.905", "out_of_memory"):
        assert words in page
    assert "Detect Issues" not in page, "this is MLflow's GenAI overview"
    assert (pictures / "mlflow-runs.png").stat().st_size > 50_000
    assert "Parallel Coordinates" in charts
    assert "parcoords" in charts, "the lines are drawn"


def test_behind_a_login_are_a_trial_s_metrics_and_the_winner_s_files(tmp_path, chromium, monkeypatch) -> None:
    from playwright import sync_api as playwright

    pictures = tmp_path
    for name, value in LOGIN.items():
        monkeypatch.setenv(name, value)
    with MlflowServer(tmp_path, login=True) as server:
        server.start()
        server.wait()
        with MlflowTracker(server.uri, None, tracked(STUDY)) as tracker:
            for event in one_of_each_end():
                tracker.notice(event)
            best = winner(tmp_path / "best")
            tracker.log_winner(best, [best.folder / "README.md", best.folder / "automl.json"])
            assert tracker.close() == 0
        with start_ui(server.uri, None, 0, StudyIdentity(STUDY, "")) as ui, playwright.sync_playwright() as tools:
            browser = tools.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-quic"])
            stranger = browser.new_page()
            with pytest.raises(playwright.Error, match="ERR_INVALID_AUTH_CREDENTIALS"):
                stranger.goto(ui.url)
            login = {"username": LOGIN["MLFLOW_TRACKING_USERNAME"], "password": LOGIN["MLFLOW_TRACKING_PASSWORD"]}
            page = browser.new_context(http_credentials=login, viewport={"width": 1800, "height": 1000}).new_page()
            page.goto(ui.url)
            page.get_by_role("link", name="#0 encoder").first.click()
            page.get_by_role("tab", name="Model metrics").click()
            page.get_by_text("#0 encoder d1 h4 lr 1e-3 (best/macro_f1)").first.wait_for(timeout=30_000)
            page.wait_for_timeout(2_000)
            page.screenshot(path=pictures / "mlflow-trial.png")
            page.goto(ui.url)
            page.get_by_role("link", name="search of 20").first.click()
            page.get_by_role("tab", name="Artifacts").click()
            page.get_by_text("automl.json").first.wait_for(timeout=30_000)
            page.screenshot(path=pictures / "mlflow-artifacts.png")
            browser.close()
