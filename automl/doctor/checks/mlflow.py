"""Check: MLflow agrees with the database."""

from collections.abc import Iterator
from functools import partial

from automl.core import StudyRecord, WorkspaceError
from automl.doctor.check_context import CheckContext, Inconsistency
from automl.tracking.mlflow import find_differences, mend_differences

MOST_SHOWN = 5


def find_other_runs(patient: CheckContext) -> Iterator[Inconsistency]:
    """Finds studies whose MLflow runs are left open, duplicated, missing, or have other values than the database.

    Args:
        patient: the workspace and the studies to examine.
    """
    for study in patient.studies:
        try:
            differences = find_differences(patient.tracking[study.name], study)
        except WorkspaceError as error:
            yield Inconsistency(f"study {study.name!r}: {error}")
            continue
        if differences:
            shown = list(differences[:MOST_SHOWN])
            if len(differences) > MOST_SHOWN:
                shown.append(f"and {len(differences) - MOST_SHOWN} more")
            yield Inconsistency(f"study {study.name!r}: in MLflow {'; '.join(shown)}", partial(_mend, patient, study))


def _mend(patient: CheckContext, study: StudyRecord) -> None:
    """Repairs MLflow from a fresh record, because another check may have changed the database since."""
    now = patient.store.study(study.name).record()
    mend_differences(patient.tracking[study.name], patient.workspace.artifacts, now)
