"""Pictures of a search in MLflow's pages: those that `automl ui` prints, and the files that the search left there."""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from automl.core import StudyIdentity, Workspace
from automl.report.trials import winner_of
from automl.storage import open_store
from automl.tracking.mlflow.names import run_name
from automl.tracking.mlflow.ui import start_ui
from benchmarks.screenshots.browser import NARROW, opened, picture
from search_spaces import point_name

if TYPE_CHECKING:
    from playwright.sync_api import Page


def take_pictures(workspace: Workspace, study: str, out: Path) -> None:
    """Take the pictures of a study.

    Args:
        workspace: the workspace that has it.
        study: its name.
        out: folder of the pictures.
    """
    with closing(open_store(workspace)) as store:
        record = store.study(study).record()
    winner = winner_of(record)
    if winner is None:
        raise SystemExit("the search left no model to show")
    print(f"winner: trial {winner.number}, {point_name(winner.params)}")
    identity = StudyIdentity(study, record.uuid)
    with start_ui(workspace.tracking_uri, workspace.artifacts, 0, identity) as ui, opened() as page:
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

        page.set_viewport_size(NARROW)
        page.goto(ui.url)
        page.get_by_role("link", name=f"{study}, search of").first.click()
        page.get_by_text("Handed over:").first.wait_for()
        picture(page, out / "mlflow-search.png")

        page.get_by_role("tab", name="Artifacts").click()
        page.get_by_text("report.html").first.click()
        picture(page, out / "mlflow-artifacts.png")


def close_offers(page: "Page") -> None:
    """Close what MLflow lays over or beside a page at a first visit: its assistant, and a word about shared views."""
    assistant = '[data-component-id="mlflow.assistant.chat_panel.close"]'
    for place in (assistant, 'button:right-of(:text("Exit shared view"))'):
        button = page.locator(place).first
        if button.is_visible():
            button.click()
