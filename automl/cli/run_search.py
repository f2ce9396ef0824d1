"""Implements the commands that run a search: search, resume."""

import json as json_format
import sys
from collections.abc import Mapping, Sequence

from automl.cli.run_jobs import submit_resume, submit_search
from automl.config import build_experiment
from automl.console import Console
from automl.core import Workspace
from automl.report import summary, summary_json
from automl.session import SearchResult, resume, search


def run_search(
    source: str | None,
    settings: Sequence[str],
    flags: Mapping[str, object],
    priors: Sequence[str],
    dashboard: str | None,
    *,
    json: bool,
) -> None:
    """Run `automl search`; with a `dashboard`, submit the search as a job to its cluster."""
    experiment = build_experiment(source, settings, flags, priors)
    if dashboard is not None:
        submit_search(experiment, dashboard, json=json)
        return
    console = Console(aside=json)
    _finish(search(experiment, console), console, json=json)


def run_resume(
    study: str,
    workspace: Workspace,
    trials: str | None,
    time_budget: str | None,
    address: str | None,
    dashboard: str | None = None,
    *,
    json: bool,
) -> None:
    """Run `automl resume`; with a `dashboard`, submit the search as a job to its cluster."""
    if dashboard is not None:
        submit_resume(study, workspace, trials, time_budget, address, dashboard, json=json)
        return
    console = Console(aside=json)
    _finish(resume(workspace, study, trials, time_budget, address, console), console, json=json)


def _finish(outcome: SearchResult, console: Console, *, json: bool) -> None:
    console.say(f"\nThe search ended: {outcome.reason}.")
    console.show(summary(outcome.winner, outcome.study, outcome.seconds, outcome.workspace))
    if json:
        facts = summary_json(outcome.winner, outcome.study, outcome.seconds)
        json_format.dump({**facts, "reason": outcome.reason}, sys.stdout)
        print()
