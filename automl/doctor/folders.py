"""Check: models and training states are there for the trials that need them, and for no others."""

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from automl.doctor.finding import Finding
from automl.doctor.patient import Patient
from automl.doctor.populations import going_on_populations, place_of
from automl.search.contract import keeps_model
from automl.search.donors import kept_states
from automl.storage.records import StudyRecord
from trials.record import TrialEnd
from trials.swap import mend


def find_orphans(patient: Patient) -> Iterator[Finding]:
    """Folders of trials that ended for good, or that never were, and what killed saves left half done."""
    for study in patient.studies:
        folder = patient.workspace.study(study.name)
        models = {trial.number for trial in study.trials if keeps_model(trial.number, _final(trial.end))}
        states = {trial.number for trial in study.trials if _final(trial.end) is None}
        yield from _orphans(study, folder / "trials", models, "model")
        yield from _orphans(study, folder / "unfinished", states, "training state")
        yield from _superfluous(study, patient.workspace.donors(study.name))


def _superfluous(study: StudyRecord, folder: Path) -> Iterator[Finding]:
    """States that nobody goes on from: of trials in no population, or in one that has been followed and is over.

    Of a population that is under way the next search keeps what it needs.
    """
    going_on = going_on_populations(study)
    for path, donor in kept_states(folder):
        trial = study.trials[donor.number] if donor.number < len(study.trials) else None
        if trial is None or place_of(trial) not in going_on:
            sentence = f"study {study.name!r}: no trial goes on from the training state in {path}"
            yield Finding(sentence, partial(shutil.rmtree, path))


def _final(end: TrialEnd | None) -> TrialEnd | None:
    return None if end == TrialEnd.PREEMPTED else end


def _orphans(study: StudyRecord, folder: Path, wanted: set[int], noun: str) -> Iterator[Finding]:
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name.startswith(".") and path.suffix in {".new", ".old"}:
            whole = path.with_name(path.stem.removeprefix("."))
            yield Finding(f"study {study.name!r}: a killed save left {path}", partial(mend, whole))
        elif path.name.isdecimal() and int(path.name) not in wanted:
            sentence = f"study {study.name!r}: no trial needs the {noun} in {path}"
            yield Finding(sentence, partial(shutil.rmtree, path))
