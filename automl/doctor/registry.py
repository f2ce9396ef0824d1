"""All checks by name, in the order in which they run: a check that others depend on comes first."""

from collections.abc import Callable, Iterator

from automl.doctor.check_context import CheckContext, Inconsistency
from automl.doctor.checks import (
    find_contradictions,
    find_half_written,
    find_incomplete,
    find_leftovers,
    find_orphans,
    find_other_runs,
    find_ownerless,
)

CHECKS: dict[str, Callable[[CheckContext], Iterator[Inconsistency]]] = {
    "processes": find_leftovers,
    "incomplete": find_incomplete,
    "owners": find_ownerless,
    "states": find_contradictions,
    "mlflow": find_other_runs,
    "folders": find_orphans,
    "best": find_half_written,
}
