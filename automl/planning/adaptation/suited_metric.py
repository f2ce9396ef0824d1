"""The metric of a search: one that its data have, and the usual one of the data if the user names none."""

from automl.core import UsageError, parse_constraint
from automl.planning.resolved_experiment import ResolvedExperiment
from trials.tasks import KNOWN_METRICS, Task


def suited_metric(resolved: ResolvedExperiment, task: Task) -> ResolvedExperiment:
    """Return the experiment with the default metric of the task, unless the user has named one.

    The study stores it, so it also holds when the study is resumed.

    Args:
        resolved: the experiment and its space.
        task: what the labels of the data are.

    Raises:
        UsageError: a metric, objective or constraint is none of the task.
    """
    if "metric" not in resolved.experiment.search.model_fields_set:
        resolved = resolved.with_search(metric=task.default_metric)
    search = resolved.experiment.search
    named = (search.metric, *search.objectives, *(parse_constraint(each).name for each in search.constraints))
    for name in dict.fromkeys(named):
        if name in KNOWN_METRICS and name not in task.metrics:
            raise UsageError(
                f"the data are {task.name}, and {name!r} is no metric of such data; choose from: "
                f"{', '.join(task.metrics)}"
            )
    return resolved
