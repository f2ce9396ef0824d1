"""The commands that search."""

import json as json_format
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from automl.errors import UsageError
from automl.experiment.duration import parse_duration
from automl.experiment.load import build_experiment
from automl.report.summary import summary, summary_json
from automl.screen import Screen
from automl.session import Outcome, resume, search
from automl.workspace import Workspace


def run_search(source: str | None, settings: Sequence[str], flags: Mapping[str, object], *, json: bool) -> None:
    """`automl search`."""
    experiment = build_experiment(source, settings, flags)
    screen = Screen(aside=json)
    _finish(search(experiment, screen), screen, json=json)


def run_resume(
    study: str, workspace: Path, storage: str | None, trials: str | None, time_budget: str | None, *, json: bool
) -> None:
    """`automl resume`."""
    try:
        seconds = parse_duration(time_budget) if time_budget is not None else None
    except ValueError as error:
        raise UsageError(f"--time-budget: {error}") from error
    screen = Screen(aside=json)
    _finish(resume(Workspace(workspace, storage), study, trials, seconds, screen), screen, json=json)


def _finish(outcome: Outcome, screen: Screen, *, json: bool) -> None:
    screen.say(f"\nThe search ended: {outcome.reason}.")
    screen.show(summary(outcome.winner, outcome.study, outcome.seconds))
    if json:
        facts = summary_json(outcome.winner, outcome.study, outcome.seconds)
        json_format.dump({**facts, "reason": outcome.reason}, sys.stdout)
        print()
