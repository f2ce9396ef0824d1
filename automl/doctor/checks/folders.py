"""Check: models and training states exist only for the trials that need them, and `best` is complete."""

import shutil
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TypeAlias

from automl.checkpoints import kept_states
from automl.core import FACTS_FILE, StudyRecord, TrialRecord, keeps_model, next_command
from automl.doctor.check_context import CheckContext, Inconsistency
from automl.export import CARD_FILE
from search_spaces import ALGORITHM, Value
from trials.classifiers import MEMBERS
from trials.files import ARRAYS, ENCODER, FACTS, leftovers_of, restore
from trials.hub import CONFIG, WEIGHTS
from trials.protocol import TrialEnd


def find_orphans(context: CheckContext) -> Iterator[Inconsistency]:
    """Find folders of trials that ended for good or do not exist, and files of interrupted saves.

    Args:
        context: the workspace and the studies to examine.
    """
    for study in context.studies:
        folders = context.workspace.study(study.name)
        models = {trial.number for trial in study.trials if keeps_model(trial.number, _final(trial.end))}
        states = {trial.number for trial in study.trials if _final(trial.end) is None}
        yield from _orphans(study, folders.models, models, "model")
        yield from _orphans(study, folders.training_states, states, "training state")
        yield from _superfluous(study, folders.parent_states)


def _superfluous(study: StudyRecord, folder: Path) -> Iterator[Inconsistency]:
    """Find training states that no trial will continue from.

    Their trials are in no population, or in one that is complete and has a successor. The states of a population that
    is still in progress stay: the next search decides which of them it needs.
    """
    going_on = going_on_populations(study)
    for path, parent in kept_states(folder):
        trial = study.trials[parent.number] if parent.number < len(study.trials) else None
        if trial is None or population_of(trial) not in going_on:
            sentence = f"study {study.name!r}: no trial will resume from the training state in {path}"
            yield Inconsistency(sentence, partial(shutil.rmtree, path))


def _final(end: TrialEnd | None) -> TrialEnd | None:
    return None if end == TrialEnd.PREEMPTED else end


def _orphans(study: StudyRecord, folder: Path, needed: set[int], noun: str) -> Iterator[Inconsistency]:
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name.startswith(".") and path.suffix in {".new", ".old"}:
            target = path.with_name(path.stem.removeprefix("."))
            yield Inconsistency(f"study {study.name!r}: an interrupted save left {path}", partial(restore, target))
        elif path.name.isdecimal() and int(path.name) not in needed:
            sentence = f"study {study.name!r}: no trial needs the {noun} in {path}"
            yield Inconsistency(sentence, partial(shutil.rmtree, path))


TRANSFORMER = (CONFIG, WEIGHTS)
OTHER = (FACTS, ARRAYS)
"""Files that a model's folder must contain, by the kind of the model."""


def find_half_written(context: CheckContext) -> Iterator[Inconsistency]:
    """Find models that were handed over and lack files, and temporary folders of interrupted exports next to them.

    Args:
        context: the workspace and the studies to examine.
    """
    for study in context.studies:
        folders = context.workspace.study(study.name)
        for folder in (folders.best, folders.best_single):
            yield from _half_written(context, study.name, folder)
        for folder in folders.unfinished_models:
            sentence = f"study {study.name!r}: an interrupted hand-over left the unfinished model in {folder}"
            yield Inconsistency(sentence, partial(shutil.rmtree, folder))


def _half_written(context: CheckContext, study: str, best: Path) -> Iterator[Inconsistency]:
    if beside := leftovers_of(best):
        leftovers = " and ".join(map(str, beside))
        yield Inconsistency(f"study {study!r}: an interrupted hand-over left {leftovers}", partial(restore, best))
    elif best.is_dir() and (missing := [name for name in _needed(best) if not (best / name).is_file()]):
        again = next_command(context.workspace, "resume", study, "--trials", "+1")
        yield Inconsistency(
            f"study {study!r}: {best} lacks {', '.join(missing)}; hand the best model over again: {again}"
        )


def _needed(best: Path) -> tuple[str, ...]:
    if not (best / MEMBERS).is_dir():
        return (*_parts(best), CARD_FILE, FACTS_FILE)
    members = [f"{MEMBERS}/{member.name}/{name}" for member in (best / MEMBERS).iterdir() for name in _parts(member)]
    return (FACTS, *members, CARD_FILE, FACTS_FILE)


def _parts(model: Path) -> tuple[str, ...]:
    """Return the files that a single model consists of."""
    is_other = any((model / name).is_file() for name in OTHER)
    encoder = (f"{ENCODER}/{CONFIG}",) if (model / ENCODER).is_dir() else ()
    return (*(OTHER if is_other else TRANSFORMER), *encoder)


PopulationKey: TypeAlias = tuple[Value | None, int]
"""The algorithm and the number of a population."""


def population_of(trial: TrialRecord) -> PopulationKey | None:
    """Return the population that a trial belongs to; None if it belongs to none."""
    return None if trial.lineage is None else (trial.params.get(ALGORITHM), trial.lineage.population)


def going_on_populations(study: StudyRecord) -> set[PopulationKey]:
    """Return the populations that are still in progress.

    Such a population has a trial that has not ended for good, or a pruned trial without a successor. The last
    population of each algorithm is also included: it may get more members, as only the driver knows its size.
    """
    found: set[PopulationKey] = set()
    last: defaultdict[Value | None, int] = defaultdict(int)
    followed = {trial.lineage.follows for trial in study.trials if trial.lineage is not None}
    for trial in study.trials:
        if (key := population_of(trial)) is None:
            continue
        last[key[0]] = max(last[key[0]], key[1])
        is_due = trial.end == TrialEnd.PRUNED and trial.number not in followed
        if is_due or trial.end in (None, TrialEnd.PREEMPTED):
            found.add(key)
    return found | set(last.items())
