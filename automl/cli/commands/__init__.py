"""The commands with their options. Each passes what it is given on to a `run_` module of the package around it."""

from automl.cli.commands.hand_over import HAND_OVER_COMMANDS
from automl.cli.commands.jobs import JOB_COMMANDS, SUBMITTED, submit
from automl.cli.commands.review import REVIEW_COMMANDS
from automl.cli.commands.search import SEARCH_COMMANDS
from automl.cli.commands.studies import STUDY_COMMANDS

__all__ = [
    "HAND_OVER_COMMANDS",
    "JOB_COMMANDS",
    "REVIEW_COMMANDS",
    "SEARCH_COMMANDS",
    "STUDY_COMMANDS",
    "SUBMITTED",
    "submit",
]
