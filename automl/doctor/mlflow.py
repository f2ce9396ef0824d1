"""Check: MLflow shows what the database says."""

from collections.abc import Iterator
from functools import partial

from automl.doctor.finding import Finding
from automl.doctor.patient import Patient
from automl.errors import WorkspaceError
from automl.storage.records import StudyRecord
from automl.tracking.mlflow_sync import find_differences, mend_differences

MOST_SHOWN = 5


def find_other_runs(patient: Patient) -> Iterator[Finding]:
    """Studies of which MLflow has runs left open, doubled, missing or with other values."""
    for study in patient.studies:
        try:
            differences = find_differences(patient.tracking[study.name], study)
        except WorkspaceError as error:
            yield Finding(f"study {study.name!r}: {error}")
            continue
        if differences:
            shown = [difference.sentence for difference in differences[:MOST_SHOWN]]
            if len(differences) > MOST_SHOWN:
                shown.append(f"and {len(differences) - MOST_SHOWN} more")
            yield Finding(f"study {study.name!r}: in MLflow {'; '.join(shown)}", partial(_mend, patient, study))


def _mend(patient: Patient, study: StudyRecord) -> None:
    """Once more from the database, as another check may have mended that since."""
    now = patient.store.record(study.name)
    mend_differences(patient.tracking[study.name], patient.workspace.artifacts, now)
