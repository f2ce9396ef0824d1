"""The commands for the jobs of a cluster, with their options. Nothing heavy is imported before a command runs."""

from collections.abc import Callable
from typing import Annotated

import typer

from automl.cli.commands.options import DashboardOption
from automl.cli.commands.search import resume, search
from automl.jobs import dashboard_address


def dashboard(
    dashboard: DashboardOption = None,
    show: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in a browser.")] = True,
) -> None:
    """Print the address of the Ray dashboard, and open its page of jobs."""
    from automl.cli.run_jobs import open_dashboard

    open_dashboard(dashboard, show=show)


def status(
    study: Annotated[str | None, typer.Argument(help="Name of a submitted study. Default: all of them.")] = None,
    dashboard: DashboardOption = None,
    json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """List the searches that were submitted to a cluster, with their states."""
    from automl.cli.run_jobs import show_jobs

    show_jobs(study, dashboard, json=json)


def logs(
    study: Annotated[str, typer.Argument(help="A submitted study.", show_default=False)],
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Follow the log until the job has ended.")] = False,
    dashboard: DashboardOption = None,
) -> None:
    """Print the output of a submitted search."""
    from automl.cli.run_jobs import show_log

    show_log(study, dashboard, follow=follow)


def cancel(
    study: Annotated[str, typer.Argument(help="A submitted study.", show_default=False)],
    dashboard: DashboardOption = None,
) -> None:
    """Ask a submitted search to stop: it hands over the best model so far."""
    from automl.cli.run_jobs import cancel_job

    cancel_job(study, dashboard)


def submit(context: typer.Context, dashboard: DashboardOption = None) -> None:
    """Send a search to a Ray cluster, where it outlives this shell: submit search ..., submit resume ..."""
    context.obj = dashboard_address(dashboard)


JOB_COMMANDS: tuple[Callable[..., None], ...] = (status, logs, cancel, dashboard)
"""Commands in the order in which help lists them."""

SUBMITTED: tuple[Callable[..., None], ...] = (search, resume)
"""Commands that `submit` can send."""
