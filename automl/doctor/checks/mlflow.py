"""Check: MLflow agrees with the database."""

from collections.abc import Iterator
from functools import partial

from automl.core import StudyRecord, WorkspaceError
from automl.doctor.check_context import CheckContext, Inconsistency
from automl.tracking.mlflow import find_differences, repair_differences

MOST_SHOWN = 5


def find_other_runs(context: CheckContext) -> Iterator[Inconsistency]:
    """Find studies whose MLflow runs are left open, duplicated, missing, or have other values than the database.

    Args:
        context: the workspace and the studies to examine.
    """
    for study in context.studies:
        try:
            differences = find_differences(context.tracking[study.name], study)
        except WorkspaceError as error:
            yield Inconsistency(f"study {study.name!r}: {error}")
            continue
        if differences:
            shown = list(differences[:MOST_SHOWN])
            if len(differences) > MOST_SHOWN:
                shown.append(f"and {len(differences) - MOST_SHOWN} more")
            yield Inconsistency(f"study {study.name!r}: in MLflow {'; '.join(shown)}", partial(_repair, context, study))


def _repair(context: CheckContext, study: StudyRecord) -> None:
    """Repair MLflow from a fresh record, because another check may have changed the database since."""
    now = context.store.study(study.name).record()
    repair_differences(context.tracking[study.name], context.workspace.artifacts, now)
