"""Check: a trial's end, as we note it, suits its state, as Optuna has it."""

from collections.abc import Iterator
from functools import partial

from automl.doctor.finding import Finding
from automl.doctor.patient import Patient
from automl.search.contract import EFFECTS
from automl.storage.records import TrialRecord
from trials.record import TrialEnd

UNNOTED = {"COMPLETE": TrialEnd.COMPLETED, "PRUNED": TrialEnd.PRUNED, "FAIL": TrialEnd.ERROR}
"""What an end must have been that nobody noted: another program ended the trial, such as Optuna's own tools."""


def find_contradictions(patient: Patient) -> Iterator[Finding]:
    """Trials that ended without a noted end, or with one that has another state by `automl.search.contract`."""
    for study in patient.studies:
        for trial in study.trials:
            if _agrees(trial):
                continue
            noted = trial.end.value if trial.end else "no end"
            end = UNNOTED.get(trial.state, TrialEnd.PREEMPTED)
            yield Finding(
                f"study {study.name!r}: trial {trial.number} is {trial.state} in the database, but has {noted} noted",
                partial(patient.store.note_end, study.name, trial.number, end, "noted by automl doctor"),
            )


def _agrees(trial: TrialRecord) -> bool:
    if trial.end is None:
        return trial.state in {"WAITING", "RUNNING"}
    return trial.state in {EFFECTS[trial.end].state.name, "RUNNING"}  # a running one is judged by `owners`
