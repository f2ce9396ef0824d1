"""The command line: it parses arguments, calls the other packages, and prints results."""

from automl.cli.main import main

__all__ = ["main"]
