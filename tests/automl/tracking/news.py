"""A made-up search, event by event: what each kind of end looks like, without training anything."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from automl.core.events import Event, SearchEnded, SearchStarted, StopReason, TrialEnded, TrialEvaluated, TrialStarted
from automl.core.records import StudyIdentity, TrialRecord
from automl.selection.result import Scores, Winner
from automl.tracking.mlflow.names import TrackedStudy
from search_spaces import SPACES, Space, Value
from tests.automl.goals import MACRO_F1
from tests.automl.report.records import make_confusion
from trials.protocol import BUDGET_STEPS, EVALUATION_STEPS, Cost, Evaluation, TrialEnd

STUDY = "bbc-news"
BUDGET = 9000
DEFAULTS: dict[str, Value] = Space("encoder", SPACES["encoder"]).defaults()
SHALLOW = {**DEFAULTS, "architecture.depth": 1}
"""What trial 0 of `one_of_each_end` has."""


def tracked(study: str, uuid: str = "", driver: str = "") -> TrackedStudy:
    """One search of `study`, by a driver of its own unless one is named."""
    return TrackedStudy(StudyIdentity(study, uuid or f"{study}-uuid"), driver or uuid4().hex)


def search_started(**changes: object) -> SearchStarted:
    fields: dict[str, object] = {
        "study": STUDY,
        "goals": MACRO_F1,
        "slots": 2,
        "trials": 6,
        "started": time.monotonic(),
        "deadline": None,
        "dashboard_url": "http://127.0.0.1:8265",
        "settings": {"sampler": "tpe", "pruner": "asha", "data": "bbc-news"},
    }
    return SearchStarted(**{**fields, **changes})  # type: ignore[arg-type]


def trial_started(number: int, resumed: bool = False, **params: Value) -> TrialStarted:
    changed = {name.replace("__", "."): value for name, value in params.items()}
    return TrialStarted(number, {**DEFAULTS, **changed}, resumed)


def evaluation(step: int, value: float, is_best: bool = True) -> Evaluation:
    metrics = {"accuracy": value + 0.01, "macro_f1": value, "log_loss": 1 - value}
    return Evaluation(step, BUDGET * step // BUDGET_STEPS, metrics, 1.5 - value, 1e-3, step * 0.4, is_best)


def trial_evaluated(number: int, step: int, value: float, is_best: bool = True) -> TrialEvaluated:
    return TrialEvaluated(number, evaluation(step, value, is_best), value)


def evaluated_on_a_sample(number: int, step: int, value: float, rows: int) -> TrialEvaluated:
    """An evaluation of a model that was fitted to so many training rows."""
    return TrialEvaluated(number, replace(evaluation(step, value), sample_rows=rows), value)


def trial_ended(number: int, end: TrialEnd, value: float | None = None, cause: str = "") -> TrialEnded:
    cost = None if value is None else Cost(12.5, BUDGET, 720.0, 1_250_000, 512 * 2**20)
    best = None if value is None else evaluation(BUDGET_STEPS, value)
    return TrialEnded(number, end, value, best, cost, cause)


def one_of_each_end() -> Iterator[Event]:
    """Six trials, one for each end, in the order of `TrialEnd`."""
    yield search_started()
    for number, end in enumerate(TrialEnd):
        yield trial_started(number, architecture__depth=1 + number % 4)
        for step in EVALUATION_STEPS if end is TrialEnd.COMPLETED else EVALUATION_STEPS[:2]:
            yield trial_evaluated(number, step, 0.5 + 0.005 * step - 0.02 * number)
        cause = "" if end in (TrialEnd.COMPLETED, TrialEnd.PRUNED) else f"cause of {end.value}"
        yield trial_ended(number, end, 0.905 if end is TrialEnd.COMPLETED else 0.6, cause)
    yield SearchEnded(StopReason.TRIALS)


def winner(folder: Path) -> Winner:
    """Trial 0 of `one_of_each_end` as the winner, with a card and a JSON in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "README.md").write_text("# A card\n")
    (folder / "automl.json").write_text("{}\n")
    evaluations = tuple(evaluation(step, 0.5 + 0.005 * step) for step in EVALUATION_STEPS)
    trial = TrialRecord(0, "COMPLETE", TrialEnd.COMPLETED, 0.905, DEFAULTS, evaluations, None, "", None, None)
    scores = Scores({"macro_f1": 0.905, "accuracy": 0.91}, {"macro_f1": 0.9, "accuracy": 0.905})
    return Winner(
        STUDY,
        MACRO_F1,
        trial,
        scores,
        Scores({"macro_f1": 0.85}, {"macro_f1": 0.84}),
        Scores({"macro_f1": 0.95}, {"macro_f1": 0.94}),
        ("business", "entertainment", "politics", "sport", "tech"),
        make_confusion(((70, 1, 3, 0, 2), (2, 52, 1, 1, 1), (4, 0, 58, 0, 0), (0, 0, 0, 76, 0), (1, 3, 0, 0, 55))),
        "0" * 64,
        folder,
    )
