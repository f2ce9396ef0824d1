"""The commands that search."""

import json as json_format
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from automl.experiment.load import build_experiment
from automl.report.summary import summary, summary_json
from automl.screen import Screen
from automl.session import Outcome, resume, search
from automl.workspace import Workspace


def run_search(
    source: str | None, settings: Sequence[str], flags: Mapping[str, object], priors: Sequence[str], *, json: bool
) -> None:
    """`automl search`."""
    experiment = build_experiment(source, settings, flags, priors)
    screen = Screen(aside=json)
    _finish(search(experiment, screen), screen, json=json)


def run_resume(
    study: str,
    workspace: Path,
    storage: str | None,
    tracking_uri: str | None,
    trials: str | None,
    time_budget: str | None,
    address: str | None,
    *,
    json: bool,
) -> None:
    """`automl resume`."""
    screen = Screen(aside=json)
    place = Workspace(workspace, storage, tracking_uri)
    _finish(resume(place, study, trials, time_budget, address, screen), screen, json=json)


def _finish(outcome: Outcome, screen: Screen, *, json: bool) -> None:
    screen.say(f"\nThe search ended: {outcome.reason}.")
    screen.show(summary(outcome.winner, outcome.study, outcome.seconds, outcome.workspace))
    if json:
        facts = summary_json(outcome.winner, outcome.study, outcome.seconds)
        json_format.dump({**facts, "reason": outcome.reason}, sys.stdout)
        print()
