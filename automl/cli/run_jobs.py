"""Implements the commands that submit, show and stop jobs on a Ray cluster."""

import json as json_format
import shlex
import sys
import tempfile
import webbrowser
from datetime import UTC, datetime
from pathlib import Path

from rich import box
from rich.table import Table

from automl.cluster import AUTO
from automl.config import Experiment
from automl.console import Console, duration, end_with_reader
from automl.core import Workspace, page_of_ray
from automl.jobs import (
    Job,
    JobClient,
    dashboard_address,
    named,
    pack,
    require_no_address,
    require_no_passwords,
    workspace_on_head,
)

JOBS_PAGE = "/#/jobs"


def submit_search(experiment: Experiment, dashboard: str, *, json: bool) -> None:
    """Run `automl submit search`."""
    experiment = named(experiment)
    with tempfile.TemporaryDirectory(prefix="automl-submit-") as temporary:
        folder = Path(temporary)
        pack(experiment, folder)
        jobs = JobClient(dashboard)
        job = jobs.submit(str(experiment.study), ["search"], folder)
    _report(str(experiment.study), job, dashboard, str(workspace_on_head(experiment.workspace)), json=json)


def submit_resume(
    study: str,
    location: Workspace,
    trials: str | None,
    time_budget: str | None,
    address: str | None,
    dashboard: str,
    *,
    json: bool,
) -> None:
    """Run `automl submit resume`. The job looks up the study on the cluster's head node."""
    require_no_address(address)
    require_no_passwords({"storage": location.storage, "tracking_uri": location.tracking})
    workspace = str(workspace_on_head(location.folder))
    words = ["resume", study, "--workspace", workspace, "--address", AUTO]
    options = {
        "--trials": trials,
        "--time-budget": time_budget,
        "--storage": location.storage,
        "--tracking-uri": location.tracking,
    }
    for option, value in options.items():
        words += [] if value is None else [option, value]
    job = JobClient(dashboard).submit(study, words)
    _report(study, job, dashboard, workspace, json=json)


def show_jobs(study: str | None, dashboard: str | None, *, json: bool) -> None:
    """Run `automl status`."""
    end_with_reader()
    jobs = JobClient(dashboard_address(dashboard))
    found = jobs.all() if study is None else [jobs.of(study)]
    if json:
        json_format.dump([_facts(job) for job in found], sys.stdout)
        print()
        return
    console = Console()
    if not found:
        console.say(f"No search has been submitted to {jobs.address} yet. Submit one: automl submit search bbc-news")
        return
    table = Table("study", "state", "began", "took", "Ray says", box=box.SIMPLE_HEAD, pad_edge=False)
    for job in found:
        began = "-" if job.began is None else f"{job.began.astimezone():%Y-%m-%d %H:%M:%S}"
        table.add_row(
            job.study, job.state.lower(), began, _took(job), job.message.splitlines()[0] if job.message else ""
        )
    console.show(table)


def show_log(study: str, dashboard: str | None, *, follow: bool) -> None:
    """Run `automl logs`."""
    end_with_reader()
    jobs = JobClient(dashboard_address(dashboard))
    job = jobs.of(study)
    for piece in jobs.followed(job) if follow else (jobs.log(job),):
        print(piece, end="", flush=True)


def cancel_job(study: str, dashboard: str | None) -> None:
    """Run `automl cancel`."""
    jobs = JobClient(dashboard_address(dashboard))
    job, console = jobs.of(study), Console()
    if job.is_over:
        console.say(f"Study {job.study!r} is not being searched: its job has {job.state.lower()}.")
        return
    jobs.stop(job)
    log = shlex.join(["automl", "logs", job.study, "--follow"])
    console.say(f"Study {job.study!r} was asked to end: {log}")


def open_dashboard(address: str | None, *, show: bool) -> None:
    """Run `automl dashboard`."""
    jobs, console = JobClient(dashboard_address(address)), Console()
    page = f"{jobs.address if address else page_of_ray(jobs.address)}{JOBS_PAGE}"
    console.say(f"Ray dashboard: {page}")
    console.say("Its token: ray get-auth-token")
    if show:
        webbrowser.open(page)


def _report(study: str, job: str, dashboard: str, workspace: str, *, json: bool) -> None:
    if json:
        json_format.dump({"study": study, "job": job, "dashboard": dashboard, "workspace": workspace}, sys.stdout)
        print()
        return
    console = Console()
    console.say(f"Submitted study {study!r} to {dashboard}, as job {job}. It keeps running after this shell ends.")
    console.say(f"The model that it hands over will be on the cluster's head, in {workspace}.\n\nLook further:")
    for words in (["logs", study, "--follow"], ["status"], ["cancel", study]):
        console.say(f"  {shlex.join(['automl', *words])}")


def _took(job: Job) -> str:
    if job.began is None:
        return "-"
    return duration(((job.ended or datetime.now(UTC)) - job.began).total_seconds())


def _facts(job: Job) -> dict[str, str | None]:
    return {
        "study": job.study,
        "job": job.id,
        "state": job.state.lower(),
        "began": None if job.began is None else job.began.isoformat(),
        "ended": None if job.ended is None else job.ended.isoformat(),
        "message": job.message,
    }
