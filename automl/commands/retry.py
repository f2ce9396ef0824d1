"""Retries trials that failed."""

from collections.abc import Callable, Collection

from automl.storage import Study
from trials.protocol import TrialEnd


def retry(study: Study, ends: Collection[TrialEnd], say: Callable[[str], None]) -> bool:
    """Enqueue a copy of each trial that ended in one of the given ways; a trial is copied at most once.

    Args:
        study: the study.
        ends: the kinds of end whose trials are retried.
        say: receives one line about the result.

    Returns:
        True if at least one trial was enqueued.

    Raises:
        UsageError: there is no such study.
    """
    numbers = study.retry(ends)
    ends_in_words = " or ".join(end.value.replace("_", " ") for end in ends)
    if not numbers:
        say(f"No trial of study {study.name!r} ended as {ends_in_words} and has not been retried already.")
        return False
    noun = "trial" if len(numbers) == 1 else "trials"
    say(f"{len(numbers)} {noun} will be retried under new numbers: {', '.join(map(str, numbers))}")
    return True
