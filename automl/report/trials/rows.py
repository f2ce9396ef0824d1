"""The trials of a study as rows of plain values, for programs: as CSV and as JSON."""

import csv
import io
import json
import math
from collections.abc import Sequence
from datetime import datetime

from automl.core import StudyRecord, TrialRecord
from automl.report.trials.ranking import best_value, winner_of
from search_spaces import Value, point_name

Cell = Value | datetime | None


def trial_rows(study: StudyRecord, trials: Sequence[TrialRecord]) -> list[dict[str, Cell]]:
    """Return one row a trial: how it ended, its values, its cost, and each parameter as `params.NAME`.

    Args:
        study: the study.
        trials: those of its trials that are wanted, in order.

    Returns:
        Rows with the keys `number`, `name`, `end` (None while the trial runs or waits), `value` (the first objective
        at the last evaluation), `best_value` (at the evaluation whose model is kept), `fraction` of the budget,
        `sample_rows` (training rows of the sample that the model was fitted to then; None if it was no such model),
        `seconds`, `members` (mean number of trials of its pack, itself included), `started`, `ended`, `cause`,
        `confirms` (the number of the trial whose point it trains again, else None), then every metric at the best
        evaluation as `metrics.NAME`, and the parameters of the trial.
    """
    return [
        {
            "number": trial.number,
            "name": point_name(trial.params),
            "end": None if trial.end is None else trial.end.value,
            "value": trial.value,
            "best_value": best_value(study, trial),
            "fraction": trial.fraction,
            "sample_rows": trial.evaluations[-1].sample_rows if trial.evaluations else None,
            "seconds": None if trial.cost is None else trial.cost.seconds,
            "members": None if trial.cost is None else trial.cost.members,
            "started": trial.started,
            "ended": trial.ended,
            "cause": trial.cause,
            "confirms": None if trial.confirms is None else trial.confirms.trial,
            **{f"metrics.{name}": value for name, value in ({} if trial.best is None else trial.best.metrics).items()},
            **{f"params.{name}": value for name, value in trial.params.items()},
        }
        for trial in trials
    ]


def rows_as_csv(rows: Sequence[dict[str, Cell]]) -> str:
    """Return rows as CSV with a header; a key that a row lacks is an empty cell.

    Args:
        rows: as `trial_rows` gives them.
    """
    heading = list(dict.fromkeys(name for row in rows for name in row))
    # A parameter of one algorithm may come late, so metrics that only some trials have still stand before parameters.
    heading.sort(key=lambda name: name.startswith("metrics.") + 2 * name.startswith("params."))
    written = io.StringIO()
    table = csv.DictWriter(written, heading, lineterminator="\n")
    table.writeheader()
    table.writerows({name: _text(value) for name, value in row.items()} for row in rows)
    return written.getvalue()


def study_as_json(study: StudyRecord, rows: Sequence[dict[str, Cell]]) -> str:
    """Return a study with rows of its trials as JSON; numbers that are not finite become null.

    Args:
        study: the study.
        rows: as `trial_rows` gives them.
    """
    winner = winner_of(study)
    document = {
        "study": study.name,
        "objectives": [{"name": each.name, "maximize": each.maximize} for each in study.goals.objectives],
        "constraints": [str(constraint) for constraint in study.goals.constraints],
        "created": _plain(study.created),
        "winner": None if winner is None else winner.number,
        "trials": [{name: _plain(value) for name, value in row.items()} for row in rows],
    }
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)


def _text(value: Cell) -> Cell:
    return value.isoformat() if isinstance(value, datetime) else value


def _plain(value: Cell) -> Value | None:
    if isinstance(value, datetime):
        return value.isoformat()
    return None if isinstance(value, float) and not math.isfinite(value) else value
