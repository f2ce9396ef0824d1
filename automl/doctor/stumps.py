"""Check: every study was made to the end."""

from collections.abc import Iterator

from automl.doctor.finding import Finding
from automl.doctor.patient import Patient


def find_stumps(patient: Patient) -> Iterator[Finding]:
    """Studies whose creation was cut short by a kill. Nobody can resume them, and a new study removes them, too."""
    for name in patient.store.stumps():
        yield Finding(f"study {name!r} was never made to the end", patient.store.remove_stumps)
