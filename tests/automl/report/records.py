"""Small studies and winners to talk about."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from automl.core.objectives import Goals
from automl.core.records import StudyRecord, TrialRecord
from automl.selection.ensemble import EnsembleChoice
from automl.selection.result import EnsembleResult, Scores, SoupResult, Winner
from automl.selection.soup import SoupChoice
from automl.selection.uncertainty import Comparison
from search_spaces import Value
from tests.automl.goals import MACRO_F1
from trials.data.columns import Columns
from trials.data.readers import FileFacts
from trials.data.what_was_read import WhatWasRead
from trials.metrics import Confusion
from trials.protocol import EVALUATION_STEPS, Cost, Evaluation, TrialEnd
from trials.tasks import Calibration

DEFAULTS: dict[str, Value] = {"architecture.depth": 2, "optimizer.learning_rate": 1e-3, "training.batch_size": 16}


def make_trial(
    number: int,
    values: Sequence[float] = (),
    end: TrialEnd | None = TrialEnd.COMPLETED,
    params: Mapping[str, Value] = DEFAULTS,
    parameters: int = 1000,
    cause: str = "",
    metric: str = "macro_f1",
    **costs: float,
) -> TrialRecord:
    """A trial that was evaluated once for each of `values`; the highest is the best. `costs` are its model's in use."""
    evaluations = tuple(
        Evaluation(
            step=step,
            examples=100 * step,
            metrics={metric: value, "accuracy": value, **costs},
            train_loss=1.0 / step,
            learning_rate=1e-3,
            seconds=float(step),
            is_best=value > max(values[:index], default=float("-inf")),
        )
        for index, (step, value) in enumerate(zip(EVALUATION_STEPS, values, strict=False))
    )
    return TrialRecord(
        number=number,
        state="COMPLETE" if end is TrialEnd.COMPLETED else "PRUNED",
        end=end,
        value=values[-1] if values else None,
        params=params,
        evaluations=evaluations,
        cost=Cost(12.34, 2700, 219.0, parameters, 1 << 28),
        cause=cause,
        started=None,
        ended=None,
    )


def of_a_sample(trial: TrialRecord, rows: int) -> TrialRecord:
    """The trial, but its last evaluation is of a model that was fitted to a sample of so many training rows."""
    *before, last = trial.evaluations
    return replace(trial, evaluations=(*before, replace(last, sample_rows=rows)))


def make_study(*trials: TrialRecord, goals: Goals = MACRO_F1) -> StudyRecord:
    return StudyRecord("news", goals, datetime(2026, 1, 2, 3, 4, tzinfo=UTC), "f" * 64, trials)


def make_scores(validation: float, test: float) -> Scores:
    return Scores({"macro_f1": validation, "accuracy": validation + 0.01}, {"macro_f1": test, "accuracy": test + 0.01})


def make_confusion(matrix: Sequence[Sequence[int]]) -> Confusion:
    """The counts of a matrix `[true][predicted]`."""
    cells = ((true, said, rows) for true, row in enumerate(matrix) for said, rows in enumerate(row) if rows)
    return Confusion(len(matrix), tuple(cells))


def make_read(*text: str) -> WhatWasRead:
    """What was read from one file, of which these columns are the text."""
    return WhatWasRead(
        files=(FileFacts("reviews.csv", "CSV", 120, ",", "utf-8", header=True),),
        columns=Columns(text, "label"),
        unused=("id",),
        texts=(),
        split_by="by chance (seed 0)",
        given=120,
        rows={"train": 70, "validation": 15, "test": 15},
        classes={"sport": 60, "business": 40},
        left_out={"duplicates": 20},
    )


def make_winner(
    folder: Path = Path("runs/news/best"),
    number: int = 3,
    *,
    test: float = 0.9,
    default: float | None = 0.85,
    baseline: float = 0.92,
    goals: Goals = MACRO_F1,
) -> Winner:
    params = DEFAULTS | ({"architecture.depth": 4} if number else {})
    return Winner(
        study="news",
        goals=goals,
        trial=make_trial(number, (0.5, 0.7, 0.91), params=params),
        scores=make_scores(0.91, test),
        default=None if default is None else make_scores(0.86, default),
        baseline=make_scores(0.93, baseline),
        label_names=("business", "sport"),
        confusion=make_confusion(((40, 2), (3, 60))),
        data_fingerprint="f" * 64,
        folder=folder,
    )


def make_ensemble() -> EnsembleResult:
    """An ensemble of the trials 3 and 1."""
    gain, log_loss_gain = Comparison(0.02, -0.01, 0.05, 6, 4), Comparison(0.03, 0.01, 0.05, 6, 4)
    choice = EnsembleChoice(
        {3: 0.6, 1: 0.4}, Calibration(0.8), {"macro_f1": 0.93, "accuracy": 0.94}, gain, log_loss_gain
    )
    return EnsembleResult(choice, make_scores(0.93, 0.94))


def make_soup() -> SoupResult:
    """The mean of the weights of the trials 3, 5 and 1."""
    gain, log_loss_gain = Comparison(0.02, -0.01, 0.05, 6, 4), Comparison(0.03, 0.01, 0.05, 6, 4)
    scores = make_scores(0.93, 0.94)
    choice = SoupChoice((3, 5, 1), Calibration(0.8), scores.validation, np.zeros((4, 2)), gain, log_loss_gain)
    return SoupResult(choice, scores, {"latency_ms": 4.0})
