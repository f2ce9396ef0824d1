"""Scoring of models in a separate process, so that this one imports no torch and survives a lack of memory."""

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
        WorkspaceError: the scoring process was killed.
    """

    def __call__(self, folder: Path, split: Split) -> ModelScores: ...


@contextmanager
def scoring() -> Iterator[ScoreFunction]:
    """Provide a function that scores models in a forked process, which is started at the first call.

    Yields:
        The function; it uses all CPU cores that are available to this process.
    """
    with ExitStack() as stack:

        def score(folder: Path, split: Split) -> ModelScores:
            try:
                answer = fork().ask(messages.ScoreRequest(folder, split, usable_cores()))
            except ForkDied as error:
                raise WorkspaceError(
                    f"the process that scored the model in {str(folder)!r} was killed, usually because memory ran out; "
                    "nothing of the study is lost: free some memory, and resume it (automl resume)"
                ) from error
            if isinstance(answer, ModelScores):
                return answer
            raise answer if isinstance(answer, BaseException) else TypeError(f"scores must come, not {answer!r}")

        @cache
        def fork() -> Fork:
            started = Fork()
            stack.callback(started.end)
            return started

        yield score
