"""The view of a study on MLflow's page: the table of runs, and the charts that compare them.

MLflow stores a shared view as JSON in an experiment tag; a page address names it with `viewStateShareKey`.
"""

import json
from collections.abc import Iterable, Sequence

from automl.tracking.mlflow.names import BUDGET_SHARE, END_TAG
from automl.tracking.mlflow.run_content import best_name, measured_name
from search_spaces import ALGORITHM

VIEW_KEY = "automl"
VIEW_TAG = f"mlflow.sharedViewState.{VIEW_KEY}"
COLUMN_WIDTH = 130
"""In pixels: wide enough for `validation/macro_f1`."""

COMPARED = (
    *("architecture.depth", "architecture.heads", "architecture.head_width", "optimizer.learning_rate"),
    *("optimizer.head_learning_rate", "optimizer.beta1", "optimizer.beta2", "training.batch_size"),
)
"""Parameters that have an axis among the parallel coordinates: as many as can be read, and of a space that has none of
them its first ones. A run that lacks one is not drawn, so where the algorithm is searched it stands alone."""

SECTION = "automl-comparison"

MOST_RUNS = 1000
"""That are drawn together."""


def runs_view(metric: str, maximize: bool, params: Iterable[str], further: Iterable[str] = ()) -> str:
    """The value of the tag `VIEW_TAG`: a table sorted by the best value, and two charts.

    If the table is sorted by a metric, MLflow shows trials in a flat list instead of below their search.

    Args:
        metric: name of the study's first objective.
        maximize: whether larger values of `metric` are better.
        params: names of the default configuration's parameters.
        further: names of other objectives and constrained metrics.
    """
    params = list(params)
    best = _column("metrics", best_name(metric))
    columns = [
        best,
        _column("tags", END_TAG),
        _column("metrics", measured_name(metric)),
        *(_column("metrics", measured_name(name)) for name in further),
        _column("metrics", BUDGET_SHARE),
        _column("metrics", "cost/seconds"),
        _column("metrics", "cost/parameters"),
        *(_column("params", name) for name in params),
    ]
    return json.dumps(
        {
            "orderByKey": best,
            "orderByAsc": not maximize,
            "selectedColumns": columns,
            "columnOrder": columns,
            "columnWidths": dict.fromkeys(columns, COLUMN_WIDTH),
            "compareRunCharts": _charts(metric, params, further),
            "isAccordionReordered": True,  # otherwise MLflow's own sections come first
            "compareRunSections": [
                {"uuid": SECTION, "name": "Comparison", "display": True, "columns": 2, **_MADE_BY_HAND}
            ],
        }
    )


_MADE_BY_HAND = {"isReordered": False, "isGenerated": False, "deleted": False}
"""Charts and sections that MLflow has generated give way to others when metrics come."""


def _charts(metric: str, params: Sequence[str], further: Iterable[str]) -> list[dict[str, object]]:
    """Two charts: parallel coordinates of parameters and scores, and the best score against its cost in seconds."""
    known = [name for name in params if name in COMPARED]
    axes = [ALGORITHM] if ALGORITHM in params else known or list(params[: len(COMPARED)])
    scores = [*(measured_name(name) for name in further), best_name(metric)]
    parallel: dict[str, object] = {
        "type": "PARALLEL",
        "selectedParams": axes,
        "selectedMetrics": scores,
        "showAllRuns": True,
    }
    cost: dict[str, object] = {
        "type": "SCATTER",
        "xaxis": {"key": "cost/seconds", "type": "METRIC"},
        "yaxis": {"key": best_name(metric), "type": "METRIC"},
    }
    common = {"metricSectionId": SECTION, "runsCountToCompare": MOST_RUNS, **_MADE_BY_HAND}
    return [{**common, "uuid": f"automl-{number}", **chart} for number, chart in enumerate((parallel, cost))]


def _column(kind: str, name: str) -> str:
    return f"{kind}.`{name}`"
