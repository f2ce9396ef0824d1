"""Retries trials that failed."""

from collections.abc import Callable, Collection

from automl.storage import StudyStore
from trials.protocol import TrialEnd


def retry(store: StudyStore, study: str, ends: Collection[TrialEnd], say: Callable[[str], None]) -> bool:
    """Enqueues a copy of each trial that ended in one of the given ways; a trial is copied at most once.

    Args:
        store: the database of the study.
        study: name of the study.
        ends: the kinds of end whose trials are retried.
        say: receives one line about the result.

    Returns:
        True if at least one trial was enqueued.

    Raises:
        UsageError: there is no such study.
    """
    numbers = store.retry(study, ends)
    wanted = " or ".join(end.value.replace("_", " ") for end in ends)
    if not numbers:
        say(f"No trial of study {study!r} ended as {wanted} and has not been retried already.")
        return False
    noun = "trial" if len(numbers) == 1 else "trials"
    say(f"{len(numbers)} {noun} will be retried under new numbers: {', '.join(map(str, numbers))}")
    return True
