"""Assembles the commands, and turns errors in their options into the messages of this program."""

import sys
from typing import Annotated

import typer

from automl.cli.commands import (
    HAND_OVER_COMMANDS,
    JOB_COMMANDS,
    REVIEW_COMMANDS,
    SEARCH_COMMANDS,
    STUDY_COMMANDS,
    SUBMITTED,
    submit,
)
from automl.core import Interrupted, UsageError

ClickError: type[Exception] = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")
"""The exception that typer raises for an invalid option; typer includes a copy of click, without a public name for it.
"""


def options(version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False) -> None:
    """Parse the options that precede a command."""
    if version:
        from importlib.metadata import version as installed

        print(f"automl {installed('transformer-automl')}")
        raise typer.Exit


app = typer.Typer(
    name="automl",
    help="Find the best transformer text classifier that your data, your machines and your budget allow.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.callback(invoke_without_command=True)(options)
for command in (*SEARCH_COMMANDS, *STUDY_COMMANDS, *REVIEW_COMMANDS, *HAND_OVER_COMMANDS, *JOB_COMMANDS):
    app.command()(command)
submitted = typer.Typer(no_args_is_help=True)
submitted.callback()(submit)
for command in SUBMITTED:
    submitted.command()(command)
app.add_typer(submitted, name="submit")


def run() -> None:
    """Run the command that `sys.argv` names, and exit.

    Raises:
        UsageError: there is no such command or option, or an option has an invalid value.
        Interrupted: Ctrl-C, before a search had started.
    """
    try:
        status = app(prog_name="automl", standalone_mode=False)
    except ClickError as error:
        raise UsageError(_sentence(error)) from None
    if status == Interrupted.exit_code:  # typer returns this status after Ctrl-C
        raise Interrupted("interrupted")
    sys.exit(status)


def _sentence(error: Exception) -> str:
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        print(context.get_help() if context else "", file=sys.stderr)
        return "a command must be given"
    message: str = error.format_message()  # type: ignore[attr-defined]
    return f"{message}\nSee: {context.command_path} --help" if context else message
