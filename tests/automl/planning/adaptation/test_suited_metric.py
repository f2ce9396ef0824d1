"""The metric follows from the data unless somebody names it."""

import pytest

from automl.config.loader import build_experiment, dump_experiment, load_experiment
from automl.core import UsageError
from automl.planning.adaptation.suited_metric import suited_metric
from automl.planning.resolved_experiment import resolve_experiment
from trials.tasks import MULTI_LABEL, SINGLE_LABEL, Task


def metric(task: Task, **flags: object) -> str:
    resolved = resolve_experiment(build_experiment("imdb", (), {"space.name": "linear", **flags}))
    found = suited_metric(resolved, task).experiment
    return load_experiment(dump_experiment(found)).search.metric


def test_the_default_is_that_of_the_task_and_is_stored() -> None:
    assert (metric(SINGLE_LABEL), metric(MULTI_LABEL)) == ("macro_f1", "micro_f1")


def test_a_metric_that_was_named_stays() -> None:
    assert metric(MULTI_LABEL, **{"search.metric": "macro_f1"}) == "macro_f1"
    assert metric(MULTI_LABEL, **{"search.objectives": ["lrap", "latency_ms"]}) == "lrap"


@pytest.mark.parametrize(
    ("task", "flags"),
    [
        (MULTI_LABEL, {"search.metric": "accuracy"}),
        (SINGLE_LABEL, {"search.metric": "micro_f1"}),
        (MULTI_LABEL, {"search.constraints": ["mcc>=0.5"]}),
        (SINGLE_LABEL, {"search.objectives": ["accuracy", "lrap"]}),
    ],
)
def test_a_metric_of_another_task_is_refused(task: Task, flags: dict[str, object]) -> None:
    with pytest.raises(UsageError, match=f"the data are {task.name}, and .* choose from: .*{task.default_metric}"):
        metric(task, **flags)
