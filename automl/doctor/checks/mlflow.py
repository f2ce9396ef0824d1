"""Check: MLflow shows what the database says."""

from collections.abc import Iterator
from functools import partial

from automl.core import StudyRecord, WorkspaceError
from automl.doctor.check_context import CheckContext, Inconsistency
from automl.tracking.mlflow import find_differences, mend_differences

MOST_SHOWN = 5


def find_other_runs(patient: CheckContext) -> Iterator[Inconsistency]:
    """Studies of which MLflow has runs left open, doubled, missing or with other values."""
    for study in patient.studies:
        try:
            differences = find_differences(patient.tracking[study.name], study)
        except WorkspaceError as error:
            yield Inconsistency(f"study {study.name!r}: {error}")
            continue
        if differences:
            shown = [difference.sentence for difference in differences[:MOST_SHOWN]]
            if len(differences) > MOST_SHOWN:
                shown.append(f"and {len(differences) - MOST_SHOWN} more")
            yield Inconsistency(f"study {study.name!r}: in MLflow {'; '.join(shown)}", partial(_mend, patient, study))


def _mend(patient: CheckContext, study: StudyRecord) -> None:
    """Once more from the database, as another check may have mended that since."""
    now = patient.store.record(study.name)
    mend_differences(patient.tracking[study.name], patient.workspace.artifacts, now)
