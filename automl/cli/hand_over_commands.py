"""The commands that pass a model on, with their options. Nothing heavy is imported before a command runs."""

from collections.abc import Callable
from typing import Annotated

import typer

from automl.cli.options import RUNS, StorageOption, StudyArgument, TrackingOption, WorkspaceOption


def register(
    study: StudyArgument,
    name: Annotated[str, typer.Argument(help="Name in MLflow's Model Registry.", show_default=False)],
    alias: Annotated[str, typer.Option(help="Alias that will point to the new version.")] = "champion",
    workspace: WorkspaceOption = RUNS,
    storage: StorageOption = None,
    tracking_uri: TrackingOption = None,
) -> None:
    """Register a study's model in MLflow's Model Registry, under a name and an alias."""
    from automl.cli.run_hand_over import register_model

    register_model(study, name, alias, workspace, storage, tracking_uri)


HAND_OVER_COMMANDS: tuple[Callable[..., None], ...] = (register,)
"""Commands in the order in which help lists them."""
