"""Checks a folder that is about to be replaced by a model or a service."""

from collections.abc import Callable
from pathlib import Path

from automl.core import UsageError


def replaceable(target: Path, model: Path, is_earlier: Callable[[Path], bool]) -> Path:
    """Return the absolute path of the folder to write, if nothing but an earlier export would be lost.

    Args:
        target: the folder to write.
        model: the folder that is read.
        is_earlier: whether a folder that has files was written by the same command.

    Raises:
        UsageError: the target is the model's folder, inside it or around it, or holds something else.
    """
    output, source = target.resolve(), model.resolve()
    if output == source or source in output.parents or output in source.parents:
        raise UsageError(f"--output must be a folder beside the model's, not {str(target)!r}")
    is_free = not output.exists() or (output.is_dir() and not any(output.iterdir()))
    if not is_free and not is_earlier(output):
        raise UsageError(
            "--output must be a new folder, or that of an earlier run of this command, which is replaced; "
            f"{str(target)!r} is something else"
        )
    return output
