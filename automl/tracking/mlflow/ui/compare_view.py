"""The view of a study on MLflow's page: the table of runs, and the charts that compare them.

MLflow stores a shared view as JSON in an experiment tag; a page address names it with `viewStateShareKey`.
"""

import json
from collections.abc import Iterable, Sequence

from automl.core import Goals
from automl.tracking.mlflow.names import BUDGET_SHARE, END_TAG
from automl.tracking.mlflow.run_content import best_name, measured_name
from search_spaces import ALGORITHM

VIEW_KEY = "automl"
VIEW_TAG = f"mlflow.sharedViewState.{VIEW_KEY}"
COLUMN_WIDTH = 150
"""Width in pixels, enough for `validation/macro_f1`."""

NAME_COLUMN = "attributes.`Run Name`"
NAME_WIDTH = 320
"""Width in pixels, enough for `#12 subnet minilm 67% of layers lr 2e-4`."""

COMPARED = (
    *("architecture.depth", "architecture.heads", "architecture.head_width", "optimizer.learning_rate"),
    *("optimizer.head_learning_rate", "optimizer.beta1", "optimizer.beta2", "training.batch_size"),
)
"""Parameters with an axis among the parallel coordinates, as many as can be read; a space without any of them shows its
first ones. MLflow omits a run that lacks one of them, so if the algorithm is searched, it is the only axis.
"""

SECTION = "automl-comparison"

MOST_RUNS = 1000
"""Largest number of runs in a chart."""


def runs_view(goals: Goals, params: Iterable[str]) -> str:
    """Return the value of the tag `VIEW_TAG`: a table sorted by the best value, and two charts.

    If the table is sorted by a metric, MLflow shows trials in a flat list instead of below their search.

    Args:
        goals: the study's objectives and constraints.
        params: names of the default configuration's parameters.
    """
    params, scores = list(params), [measured_name(name) for name in goals.watched]
    best = _column("metrics", best_name(goals.first.name))
    columns = [
        best,
        _column("tags", END_TAG),
        *(_column("metrics", name) for name in scores),
        _column("metrics", BUDGET_SHARE),
        _column("metrics", "cost/seconds"),
        _column("metrics", "cost/parameters"),
        *(_column("params", name) for name in params),
    ]
    return json.dumps(
        {
            "orderByKey": best,
            "orderByAsc": not goals.first.maximize,
            "selectedColumns": columns,
            "columnOrder": [NAME_COLUMN, *columns],
            "columnWidths": {NAME_COLUMN: NAME_WIDTH, **dict.fromkeys(columns, COLUMN_WIDTH)},
            "compareRunCharts": _charts(params, [*scores[1:], best_name(goals.first.name)]),
            "isAccordionReordered": True,  # otherwise MLflow's own sections come first
            "compareRunSections": [
                {"uuid": SECTION, "name": "Comparison", "display": True, "columns": 2, **_NOT_GENERATED}
            ],
        }
    )


_NOT_GENERATED = {"isReordered": False, "isGenerated": False, "deleted": False}
"""Flags of charts and sections that MLflow must not replace by generated ones when metrics arrive."""


def _charts(params: Sequence[str], scores: Sequence[str]) -> list[dict[str, object]]:
    """Return two charts: parallel coordinates of parameters and `scores`, and the last score against its cost."""
    known = [name for name in params if name in COMPARED]
    axes = [ALGORITHM] if ALGORITHM in params else known or list(params[: len(COMPARED)])
    parallel: dict[str, object] = {
        "type": "PARALLEL",
        "selectedParams": axes,
        "selectedMetrics": list(scores),
        "showAllRuns": True,
    }
    cost: dict[str, object] = {
        "type": "SCATTER",
        "xaxis": {"key": "cost/seconds", "type": "METRIC"},
        "yaxis": {"key": scores[-1], "type": "METRIC"},
    }
    common = {"metricSectionId": SECTION, "runsCountToCompare": MOST_RUNS, **_NOT_GENERATED}
    return [{**common, "uuid": f"automl-{number}", **chart} for number, chart in enumerate((parallel, cost))]


def _column(kind: str, name: str) -> str:
    return f"{kind}.`{name}`"
