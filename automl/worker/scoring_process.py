"""Scores a model folder in a process of its own: no torch here, and no death by a model that is too large."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Protocol

from automl.core import WorkspaceError, usable_cores
from automl.export import ModelScores
from automl.worker import messages
from automl.worker.fork_client import Fork, ForkDied
from trials.data import Split


class ScoreFunction(Protocol):
    """Score the model in `folder` on `split`, as `automl.export.score_model.score` does, with the same errors.

    Raises:
        WorkspaceError: the process was killed.
    """

    def __call__(self, folder: Path, split: Split) -> ModelScores: ...


@contextmanager
def scoring() -> Iterator[ScoreFunction]:
    """Gives what scores models, with all cores that this process may use."""
    with ExitStack() as stack:

        def score(folder: Path, split: Split) -> ModelScores:
            try:
                answer = fork().ask(messages.ScoreRequest(folder, split, usable_cores()))
            except ForkDied as error:
                raise WorkspaceError(
                    f"the process that scored the model in {str(folder)!r} was killed, for want of memory as a rule; "
                    "the study is whole: free some, and go on with it (automl resume)"
                ) from error
            if isinstance(answer, ModelScores):
                return answer
            raise answer if isinstance(answer, BaseException) else TypeError(f"scores must come, not {answer!r}")

        @cache
        def fork() -> Fork:
            made = Fork()
            stack.callback(made.end)
            return made

        yield score
