"""The view of MLflow's table of runs: trials sorted by the study's metric, with the columns that matter.

MLflow keeps a shared view as JSON in an experiment tag; a page address names it with `viewStateShareKey`.
"""

import json
from collections.abc import Iterable

from automl.tracking.mlflow_names import BEST, BUDGET_SHARE, END_TAG
from automl.tracking.mlflow_projection import measured_name

VIEW_KEY = "automl"
VIEW_TAG = f"mlflow.sharedViewState.{VIEW_KEY}"
COLUMN_WIDTH = 130
"""In pixels: wide enough for `validation/macro_f1`."""


def runs_view(metric: str, maximize: bool, params: Iterable[str], further: Iterable[str] = ()) -> str:
    """The value of `VIEW_TAG`; `further` are the names of more metrics that count.

    Sorted by a metric, MLflow shows trials flat instead of folded under their search.
    """
    best = _column("metrics", f"{BEST}/{metric}")
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
        }
    )


def _column(kind: str, name: str) -> str:
    return f"{kind}.`{name}`"
