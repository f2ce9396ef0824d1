"""Check: a running trial has a driver that lives."""

from collections.abc import Iterator
from functools import partial

from automl.doctor.finding import Finding
from automl.doctor.patient import Patient


def find_ownerless(patient: Patient) -> Iterator[Finding]:
    """Studies with trials that are RUNNING in the database while nobody searches them."""
    for study in patient.studies:
        numbers = [trial.number for trial in study.trials if trial.state == "RUNNING"]
        if numbers:
            yield Finding(
                f"study {study.name!r}: running in the database, but no driver works on it: trial "
                f"{', '.join(map(str, numbers))}",
                partial(_put_back, patient, study.name),
            )


def _put_back(patient: Patient, study: str) -> None:
    """As a search does it when it begins. Nobody has to be watched for long: that no driver lives is known already."""
    with patient.store.join(study, patient.workspace.folder, grace_seconds=0.0) as driver:
        driver.take_over()
