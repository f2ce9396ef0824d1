"""Pictures of a real search in MLflow's pages, for the documentation: `make screenshots` (three minutes).

A short search on Rotten Tomatoes runs in a workspace that is deleted afterwards. Then a real Chromium
opens the pages that `automl ui` prints, and the files that the search left in MLflow. Look at each picture before it is
committed: MLflow's pages change with its versions.
"""

import argparse
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from automl.core import StudyIdentity, Workspace
from automl.report.trials import winner_of
from automl.storage import open_store
from automl.tracking.mlflow.names import run_name
from automl.tracking.mlflow.ui import start_ui
from search_spaces import point_name

if TYPE_CHECKING:
    from playwright.sync_api import Page

STUDY = "reviews"
SEARCH = ("rotten-tomatoes", "--study", STUDY)
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")

WIDE, NARROW = {"width": 1800, "height": 900}, {"width": 1400, "height": 900}
"""Sizes of the browser's window, in pixels."""

PATIENCE = 60_000
"""Milliseconds to wait for what a picture must show."""

SETTLE = 4_000
"""Milliseconds in which MLflow's charts move to their places."""


def main() -> None:
    """Search, or use a workspace that has a study called `reviews`, and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("docs/pictures"), help="folder of the pictures")
    parser.add_argument("--workspace", type=Path, help=f"workspace with a study {STUDY}; without it, one is made")
    parser.add_argument("--time-budget", default="2m", help="time budget of the search")
    given = parser.parse_args()
    with TemporaryDirectory(prefix="automl-screenshots-") as temporary:
        workspace = Workspace(given.workspace or Path(temporary) / "runs")
        if given.workspace is None:
            command = [sys.executable, "-m", "automl", "search", *SEARCH, "--time-budget", given.time_budget]
            subprocess.run([*command, "--workspace", str(workspace.folder)], check=True)
        take_pictures(workspace, given.out)


def take_pictures(workspace: Workspace, out: Path) -> None:
    """Take the pictures of the study.

    Args:
        workspace: the workspace that has it.
        out: folder of the pictures.
    """
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - of the extra `browser`

    with closing(open_store(workspace)) as store:
        record = store.study(STUDY).record()
    winner = winner_of(record)
    if winner is None:
        raise SystemExit("the search left no model to show")
    print(f"winner: trial {winner.number}, {point_name(winner.params)}")
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    identity = StudyIdentity(STUDY, record.uuid)
    with start_ui(workspace.tracking_uri, workspace.artifacts, 0, identity) as ui, sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-quic"])
        page = browser.new_page(viewport=WIDE)  # type: ignore[arg-type]
        page.set_default_timeout(PATIENCE)

        page.goto(ui.url)
        page.get_by_text(run_name(winner.number, winner.params)).first.wait_for()
        close_offers(page)
        picture(page, out / "mlflow-runs.png")

        page.goto(str(ui.comparison))
        page.get_by_text("Parallel Coordinates").first.wait_for()
        close_offers(page)
        picture(page, out / "mlflow-comparison.png")

        page.goto(ui.url)
        page.get_by_role("link", name=run_name(winner.number, winner.params)).first.click()
        page.get_by_role("tab", name="Model metrics").click()
        page.get_by_text(f"{run_name(winner.number, winner.params)} (best/").first.wait_for()
        picture(page, out / "mlflow-trial.png")

        page.set_viewport_size(NARROW)  # type: ignore[arg-type]
        page.goto(ui.url)
        page.get_by_role("link", name=f"{STUDY}, search of").first.click()
        page.get_by_text("Handed over:").first.wait_for()
        picture(page, out / "mlflow-search.png")

        page.get_by_role("tab", name="Artifacts").click()
        page.get_by_text("report.html").first.click()
        picture(page, out / "mlflow-artifacts.png")
        browser.close()


def close_offers(page: "Page") -> None:
    """Close what MLflow lays over or beside a page at a first visit: its assistant, and a word about shared views."""
    assistant = '[data-component-id="mlflow.assistant.chat_panel.close"]'
    for place in (assistant, 'button:right-of(:text("Exit shared view"))'):
        button = page.locator(place).first
        if button.is_visible():
            button.click()


def picture(page: "Page", path: Path) -> None:
    """Save what `page` shows, once it has stopped moving, as `path`."""
    page.wait_for_timeout(SETTLE)
    page.screenshot(path=path)
    print(path)


if __name__ == "__main__":
    main()
