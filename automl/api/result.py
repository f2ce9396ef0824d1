"""What a search gives to a program: the winner's model, the scores, the trials and the study."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from rich import console as rich_console

from automl.api.text_model import TextModel, load_classifier
from automl.core import StudyRecord
from automl.export import CARD_FILE
from automl.report import Json, summary, summary_json, trial_rows
from automl.selection import Winner

if TYPE_CHECKING:
    import optuna
    import pandas as pd

    from automl.session import SearchResult as Outcome

WIDTH = 100
"""Columns of the summary as text."""


@dataclass(frozen=True)
class SearchResult:
    """The result of a search. Printed, it is the summary of the command line; in a notebook, the report.

    Attributes:
        outcome: all that is known of it.
    """

    outcome: "Outcome"

    @property
    def name(self) -> str:
        """Name of the study."""
        return self.outcome.study.name

    @property
    def folder(self) -> Path:
        """Folder of the winner's model, which `automl.load_classifier` and `automl predict` read."""
        return self.winner.folder

    @property
    def reason(self) -> str:
        """Why the search ended."""
        return str(self.outcome.reason)

    @property
    def seconds(self) -> float:
        """Duration of the search in seconds, with the proof and the hand-over."""
        return self.outcome.seconds

    @property
    def winner(self) -> Winner:
        """The best trial, its scores, and those of what it had to beat."""
        return self.outcome.winner

    @property
    def record(self) -> StudyRecord:
        """The study with all trials, as plain data."""
        return self.outcome.study

    @property
    def facts(self) -> dict[str, Json]:
        """The summary as `automl search --json` prints it."""
        return {**summary_json(self.winner, self.record, self.seconds), "reason": self.reason}

    @cached_property
    def model(self) -> TextModel:
        """The winner's model, loaded from its folder at the first access."""
        return load_classifier(self.folder)

    @property
    def study(self) -> "optuna.Study":
        """Optuna's study, read from the database: for its plots and importances. To go on, use `automl.resume`.

        If trials were confirmed, it is a copy in memory without the confirmations, so that its best trial has a model.
        """
        import optuna

        stored = optuna.load_study(study_name=self.name, storage=self.outcome.workspace.storage_url)
        confirming = {trial.number for trial in self.record.confirmations}
        if not confirming:
            return stored
        copy = optuna.create_study(study_name=self.name, directions=stored.directions)
        copy.add_trials([trial for trial in stored.trials if trial.number not in confirming])
        return copy

    def trials(self) -> "pd.DataFrame":
        """Return one row a trial: how it ended, its values, its cost, and each parameter as `params.NAME`.

        Columns: `number`, `name` (what the trial is), `end` (None while it runs or waits), `value` (the first objective
        at the last evaluation), `best_value` (at the evaluation whose model is kept), `fraction` of the budget,
        `sample_rows` (training rows of the sample that the model was fitted to then, else None), `seconds`, `started`,
        `ended`, `cause`, `confirms` (number of the trial that it trains again, else None), then every metric at the
        best evaluation as `metrics.NAME`, and the parameters.
        """
        import pandas as pd

        return pd.DataFrame(trial_rows(self.record, self.record.trials))

    def report(self) -> str:
        """Return the report in Markdown: scores beside those of default and baseline, the verdict, errors, parameters.

        It is the model card without its front matter.
        """
        card = (self.folder / CARD_FILE).read_text(encoding="utf-8")
        _, _, text = card.partition("---\n")[2].partition("---\n")
        return text.strip() + "\n"

    def __getstate__(self) -> dict[str, object]:
        """A pickle has no loaded model: it is read from its folder again."""
        return {"outcome": self.outcome}

    def __str__(self) -> str:
        """Return the summary that the command line prints at the end of a search."""
        console = rich_console.Console(width=WIDTH, color_system=None, force_jupyter=False)
        with console.capture() as capture:
            console.print(summary(self.winner, self.record, self.seconds, self.outcome.workspace))
        return capture.get()

    def __repr__(self) -> str:
        return f"SearchResult(name={self.name!r}, reason={self.reason!r}, folder={str(self.folder)!r})"

    def _repr_markdown_(self) -> str:
        return self.report()
