"""The command line: parse, call, print."""

from automl.cli.main import main

__all__ = ["main"]
