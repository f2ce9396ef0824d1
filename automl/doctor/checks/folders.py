"""Check: models and training states exist only for the trials that need them, and `best` is complete."""

import shutil
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TypeAlias

from automl.checkpoints import kept_states
from automl.core import StudyRecord, TrialRecord, keeps_model, next_command
from automl.doctor.check_context import CheckContext, Inconsistency
from automl.export import CARD_FILE, FACTS_FILE
from search_spaces import ALGORITHM, Value
from trials.files import ARRAYS, ENCODER, FACTS, leftovers_of, mend
from trials.hub import CONFIG, WEIGHTS
from trials.protocol import TrialEnd


def find_orphans(patient: CheckContext) -> Iterator[Inconsistency]:
    """Finds folders of trials that ended for good or do not exist, and files of interrupted saves.

    Args:
        patient: the workspace and the studies to examine.
    """
    for study in patient.studies:
        folders = patient.workspace.study(study.name)
        models = {trial.number for trial in study.trials if keeps_model(trial.number, _final(trial.end))}
        states = {trial.number for trial in study.trials if _final(trial.end) is None}
        yield from _orphans(study, folders.models, models, "model")
        yield from _orphans(study, folders.training_states, states, "training state")
        yield from _superfluous(study, folders.donors)


def _superfluous(study: StudyRecord, folder: Path) -> Iterator[Inconsistency]:
    """Finds training states that no trial will continue from.

    Their trials are in no population, or in one that is complete and has a successor. The states of a population that
    is still in progress stay: the next search decides which of them it needs.
    """
    going_on = going_on_populations(study)
    for path, donor in kept_states(folder):
        trial = study.trials[donor.number] if donor.number < len(study.trials) else None
        if trial is None or place_of(trial) not in going_on:
            sentence = f"study {study.name!r}: no trial will resume from the training state in {path}"
            yield Inconsistency(sentence, partial(shutil.rmtree, path))


def _final(end: TrialEnd | None) -> TrialEnd | None:
    return None if end == TrialEnd.PREEMPTED else end


def _orphans(study: StudyRecord, folder: Path, wanted: set[int], noun: str) -> Iterator[Inconsistency]:
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name.startswith(".") and path.suffix in {".new", ".old"}:
            whole = path.with_name(path.stem.removeprefix("."))
            yield Inconsistency(f"study {study.name!r}: an interrupted save left {path}", partial(mend, whole))
        elif path.name.isdecimal() and int(path.name) not in wanted:
            sentence = f"study {study.name!r}: no trial needs the {noun} in {path}"
            yield Inconsistency(sentence, partial(shutil.rmtree, path))


TRANSFORMER = (CONFIG, WEIGHTS)
OTHER = (FACTS, ARRAYS)
"""What a model's folder must hold, by its kind."""


def find_half_written(patient: CheckContext) -> Iterator[Inconsistency]:
    """Finds folders `best` that lack files, and temporary folders of interrupted exports beside them.

    Args:
        patient: the workspace and the studies to examine.
    """
    for study in patient.studies:
        best = patient.workspace.study(study.name).best
        if beside := leftovers_of(best):
            left = " and ".join(map(str, beside))
            yield Inconsistency(f"study {study.name!r}: an interrupted hand-over left {left}", partial(mend, best))
        elif best.is_dir() and (missing := [name for name in _needed(best) if not (best / name).is_file()]):
            again = next_command(patient.workspace, "resume", study.name, "--trials", "+1")
            yield Inconsistency(
                f"study {study.name!r}: {best} lacks {', '.join(missing)}; hand the best model over again: {again}"
            )


def _needed(best: Path) -> tuple[str, ...]:
    is_other = any((best / name).is_file() for name in OTHER)
    encoder = (f"{ENCODER}/{CONFIG}",) if (best / ENCODER).is_dir() else ()
    return (*(OTHER if is_other else TRANSFORMER), *encoder, CARD_FILE, FACTS_FILE)


Place: TypeAlias = tuple[Value | None, int]
"""The algorithm and the number of a population."""


def place_of(trial: TrialRecord) -> Place | None:
    """The population that a trial belongs to; None if it belongs to none."""
    return None if trial.lineage is None else (trial.params.get(ALGORITHM), trial.lineage.population)


def going_on_populations(study: StudyRecord) -> set[Place]:
    """The populations that are still in progress.

    Such a population has a trial that has not ended for good, or a pruned trial without a successor. The last
    population of each algorithm is also included: it may get more members, as only the driver knows its size.
    """
    found: set[Place] = set()
    last: defaultdict[Value | None, int] = defaultdict(int)
    followed = {trial.lineage.follows for trial in study.trials if trial.lineage is not None}
    for trial in study.trials:
        if (place := place_of(trial)) is None:
            continue
        last[place[0]] = max(last[place[0]], place[1])
        is_due = trial.end == TrialEnd.PRUNED and trial.number not in followed
        if is_due or trial.end in (None, TrialEnd.PREEMPTED):
            found.add(place)
    return found | set(last.items())
