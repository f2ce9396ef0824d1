"""Check: the model that was handed over is whole."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from automl.doctor.finding import Finding
from automl.doctor.patient import Patient
from automl.export.hand_over import CARD_FILE, FACTS_FILE
from automl.next_command import next_command
from trials.classifiers import ARRAYS, ENCODER, FACTS
from trials.pretrained.location import CONFIG, WEIGHTS
from trials.swap import mend

TRANSFORMER = (CONFIG, WEIGHTS)
OTHER = (FACTS, ARRAYS)
"""What a model's folder must hold, by its kind."""


def find_half_written(patient: Patient) -> Iterator[Finding]:
    """Folders `best` that lack files, and what a killed hand-over left beside them."""
    for study in patient.studies:
        best = patient.workspace.best(study.name)
        beside = [path for path in (_beside(best, "new"), _beside(best, "old")) if path.exists()]
        if beside:
            left = " and ".join(map(str, beside))
            yield Finding(f"study {study.name!r}: a killed hand-over left {left}", partial(mend, best))
        elif best.is_dir() and (missing := [name for name in _needed(best) if not (best / name).is_file()]):
            again = next_command(patient.workspace, "resume", study.name, "--trials", "+1")
            yield Finding(
                f"study {study.name!r}: {best} lacks {', '.join(missing)}; hand the best model over again: {again}"
            )


def _needed(best: Path) -> tuple[str, ...]:
    is_other = any((best / name).is_file() for name in OTHER)
    encoder = (f"{ENCODER}/{CONFIG}",) if (best / ENCODER).is_dir() else ()
    return (*(OTHER if is_other else TRANSFORMER), *encoder, CARD_FILE, FACTS_FILE)


def _beside(best: Path, suffix: str) -> Path:
    return best.with_name(f".{best.name}.{suffix}")
