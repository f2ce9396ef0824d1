"""How sure a difference between two trials of a running search can be."""

from collections.abc import Callable
from functools import lru_cache

from automl.planning import Plan
from automl.selection import compare


def paired_error(plan: Plan, study: str) -> Callable[[int, int], float | None]:
    """Return the function that gives the standard error of the difference between two trials on the same rows.

    They are the rows by which trials are scored. Its result is None unless the models of both trials and their outputs
    lie in the workspace.

    Args:
        plan: gives the rows, the metric and the workspace.
        study: name of the study.
    """
    folders, labels = plan.workspace.study(study), plan.prepared.scored_labels

    @lru_cache(maxsize=16)
    def error(first: int, second: int) -> float | None:
        logits = [plan.prepared.scored_outputs(folders.model(number)) for number in (first, second)]
        known = [each for each in logits if each is not None]
        return compare(plan.goals.first.name, known[0], known[1], labels).error if len(known) == 2 else None

    return error
