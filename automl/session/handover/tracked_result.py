"""What a search leaves in MLflow beside its trials: the winner, its model, and the report of the study as a page."""

import json
import shlex

from automl.console import Console
from automl.core import FACTS_FILE, StudyRecord, near, one_line
from automl.export import CARD_FILE
from automl.page import PageContent, count_rows, model_content, write_page
from automl.planning import Plan
from automl.report import handed_over_name, verdict
from automl.selection import Winner
from automl.session.handover.finish import HandedOver
from automl.storage import Study
from automl.tracking.mlflow import MlflowTracker, Registration
from search_spaces import point_name


def import_page() -> None:
    """Import what the report needs, which takes more than a second, while models are scored in another process."""
    import automl.page.render  # noqa: F401, PLC0415


def track_result(
    plan: Plan, study: Study, record: StudyRecord, handed_over: HandedOver, tracker: MlflowTracker, console: Console
) -> None:
    """Give MLflow the winner, its model and the report of the study; a report that fails costs nothing but itself.

    Args:
        plan: the plan of the search.
        study: the study in the database.
        record: the study as it is at the end of the search.
        handed_over: the winner, and the outputs of its model.
        tracker: takes all of it.
        console: is told why there is no report.
    """
    winner, name = handed_over.winner, plan.experiment.register_as
    tracker.log_winner(winner, [winner.folder / CARD_FILE, winner.folder / FACTS_FILE], _note(winner))
    tracker.log_model(winner.folder, None if name is None else Registration(name))
    try:
        # MLflow's thread logs the model meanwhile. Texts of the data stay here: a server may be everybody's.
        facts = json.loads((winner.folder / FACTS_FILE).read_text(encoding="utf-8"))
        model = model_content(facts, plan.prepared.dataset, handed_over.logits)
        content = PageContent(record, study.trials(), count_rows(plan.prepared.dataset), model)
        path = plan.workspace.study(record.name).report
        write_page(content, path, with_texts=False)
        tracker.log_file(path)
    except Exception as error:  # a search is not lost for the sake of a page about it
        console.say(f"The report of the study was not written: {one_line(error)}")


def _note(winner: Winner) -> str:
    """Return the description of the search's run, in Markdown: what was found, how to use it, where to read on."""
    single = f"trial {winner.trial.number}, {point_name(winner.trial.params)}"
    what = f"Handed over: {single}."
    if winner.ensemble is not None or winner.soup is not None:
        what = f"Handed over: {handed_over_name(winner)}. The best trial alone: {single}."
    command = f"automl predict {shlex.quote(str(near(winner.folder)))} --input new.csv --output out.csv"
    where = "Among the artifacts are the report of the study (`report.html`) and the model's card (`README.md`)."
    return f"**{what}**\n\n{verdict(winner)}\n\n{where}\n\n```\n{command}\n```\n"
