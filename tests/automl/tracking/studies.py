"""Studies as the database tells them, made up: what each kind of end looks like there."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from automl.core.records import StudyRecord, TrialRecord
from automl.core.trial_states import EFFECTS
from tests.automl.goals import MACRO_F1
from tests.automl.tracking.news import BUDGET, DEFAULTS, evaluation
from trials.protocol import EVALUATION_STEPS, Cost, TrialEnd

BEGUN = datetime(2026, 3, 1, 12, 0)


def trial(number: int, end: TrialEnd | None, steps: Sequence[int] = EVALUATION_STEPS[:3]) -> TrialRecord:
    """A trial that ended so; None for one that runs."""
    evaluations = tuple(evaluation(step, 0.5 + 0.005 * step - 0.01 * number) for step in steps)
    cost = Cost(12.5, BUDGET * steps[-1] // 81, 720.0, 1_250_000, 512 * 2**20) if end and steps else None
    state = EFFECTS[end].state if end else "RUNNING"
    value = evaluations[-1].metrics["macro_f1"] if evaluations else None
    cause = f"cause of {end.value}" if end not in (None, TrialEnd.COMPLETED) else ""
    params = {**DEFAULTS, "architecture.depth": 1 + number % 4}
    ended = None if state in ("RUNNING", "WAITING") else BEGUN + timedelta(minutes=1)
    return TrialRecord(number, state, end, value, params, evaluations, cost, cause, BEGUN, ended)


def study(name: str, *trials: TrialRecord, uuid: str = "") -> StudyRecord:
    return StudyRecord(name, MACRO_F1, BEGUN, "0" * 64, trials, uuid or f"{name}-uuid")


def one_of_each(name: str) -> StudyRecord:
    """A trial for each end, in the order of `TrialEnd`, one that runs, and one that waits and never ran."""
    ended = [trial(number, end) for number, end in enumerate(TrialEnd)]
    never = replace(trial(7, TrialEnd.PREEMPTED, ()), end=None, cause="")
    return study(name, *ended, trial(6, None), never)
