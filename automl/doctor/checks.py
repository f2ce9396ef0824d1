"""All checks by name, in the order in which they are made and mended: what others build upon comes first."""

from collections.abc import Callable, Iterator

from automl.doctor.best import find_half_written
from automl.doctor.finding import Finding
from automl.doctor.folders import find_orphans
from automl.doctor.locks import find_stale
from automl.doctor.mlflow import find_other_runs
from automl.doctor.owners import find_ownerless
from automl.doctor.patient import Patient
from automl.doctor.processes import find_leftovers
from automl.doctor.states import find_contradictions
from automl.doctor.stumps import find_stumps

CHECKS: dict[str, Callable[[Patient], Iterator[Finding]]] = {
    "processes": find_leftovers,
    "stumps": find_stumps,
    "owners": find_ownerless,
    "states": find_contradictions,
    "mlflow": find_other_runs,
    "folders": find_orphans,
    "best": find_half_written,
    "locks": find_stale,
}
