"""Combines the models of a study into an ensemble, unless validation rows speak for the best of them alone."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from automl.core import ENSEMBLE_PREFIX, AutomlError, StudyRecord, TrialRecord, one_line
from automl.planning import Plan
from automl.report import format_measure
from automl.selection import EnsembleChoice, EnsembleResult, Scores, choose_ensemble, combined
from automl.session.handover.candidates import intervals_on_test, known_outputs
from automl.session.handover.ensemble_costs import ExpectedCosts, measured_costs
from automl.worker import ScoreFunction
from search_spaces import Value, algorithm_of
from trials.classifiers import save_ensemble
from trials.data import folds_of
from trials.errors import TrialsError
from trials.metrics import Logits
from trials.serving_costs import RUNTIMES, SERVING_COSTS
from trials.tasks import Counts, task_of

EXPORTED = frozenset(RUNTIMES["onnx-int8"].values())
"""Costs of a model that is exported, which an ensemble is not."""

MOST_MEMBERS = 5
"""Maximum number of different members if the user names no other."""


@dataclass(frozen=True)
class BuiltEnsemble:
    """An ensemble in a temporary folder, with its scores.

    Attributes:
        result: members and scores.
        confusion: counts of test rows by class.
        folder: the folder, which links to the members.
        logits: its outputs for the test rows, shape (n, classes).
    """

    result: EnsembleResult
    confusion: Counts
    folder: Path
    logits: Logits


def choose_members(
    plan: Plan, study: StudyRecord, single: TrialRecord, rival: Logits | None = None
) -> EnsembleChoice | None:
    """Return the members and shares of the ensemble that is handed over in the place of a single model.

    It is None if rows by which its members were not chosen show that it is worse, and where latency is that of an
    exported model. With constraints, the members together must be expected to keep them; with several objectives, the
    first one decides, and the ensemble must be better in it.

    Args:
        plan: gives the data, the workspace and the settings.
        study: the study as the database has it.
        single: the trial that is handed over otherwise.
        rival: outputs of what is handed over otherwise, for validation rows by which it was not chosen; None: it is
            `single`, which was chosen by its score.
    """
    wanted = plan.experiment.search.ensemble
    if wanted == "off" or not EXPORTED.isdisjoint(study.goals.watched):
        return None
    candidates = known_outputs(plan, study)
    if single.number not in candidates or len(candidates) < 2:
        return None
    labels = plan.prepared.scored_labels
    of_serving = tuple(each for each in study.goals.constraints if each.name in SERVING_COSTS)
    serving = replace(study.goals, constraints=of_serving)  # scores of members say nothing of their mean
    costs = ExpectedCosts(plan, [study.trials[number] for number in candidates])
    choice = choose_ensemble(
        study.goals.first.name,
        single.number,
        candidates,
        labels,
        kinds={number: _kind(study.trials[number]) for number in candidates},
        most=MOST_MEMBERS if isinstance(wanted, str) else wanted,
        allowed=lambda members: not serving.broken(costs.of(members)),
        rival=rival,
        folds=_rows_of_folds(plan),
    )
    if choice is None or choice.is_worse or (study.goals.are_several and choice.gain.gain <= 0):
        return None
    task = task_of(labels)
    scores = task.evaluate(choice.calibration.outputs(combined(task, candidates, choice.weights)), labels)
    return None if study.goals.broken({**scores, **costs.of(choice.weights)}) else choice


@contextmanager
def ensembled(
    plan: Plan,
    study: StudyRecord,
    choice: EnsembleChoice | None,
    refits: Mapping[int, Path | None],
    score: ScoreFunction,
    say: Callable[[str], None],
) -> Iterator[BuiltEnsemble | None]:
    """Provide the ensemble of some members; its folder is deleted afterwards.

    It is None without members, and with a message if it cannot be built, or costs more in use than was expected, so
    that it breaks a constraint.

    Args:
        plan: gives the data and the workspace.
        study: the study as the database has it.
        choice: the members; None if there is no ensemble.
        refits: the models of members that were fitted once more, by trial; None or no entry for others.
        score: scores a model in a process of its own.
        say: receives one line if there is an ensemble.

    Yields:
        The ensemble, or None.
    """
    if choice is None:
        yield None
        return
    members = ", ".join(f"{number} ({weight:.0%})" for number, weight in choice.weights.items())
    say(f"The mean of the trials {members} is not shown to be worse than the best single model; it is built and scored")
    with ExitStack() as stack:
        try:
            built = _built(plan, study, choice, refits, score, say, stack)
        except (AutomlError, TrialsError, OSError) as error:
            say(f"The best single model is handed over, because the ensemble failed: {one_line(error)}")
            built = None
        yield built


def _rows_of_folds(plan: Plan) -> list[NDArray[np.int64]]:
    """Return the rows that each fold holds out; empty without folds."""
    count, seed = plan.prepared.folds, plan.experiment.data.seed
    return [] if count is None else [fold.held_out for fold in folds_of(plan.prepared.dataset, count, seed)[:-1]]


def _kind(trial: TrialRecord) -> tuple[Value, ...]:
    """Return what the trial has in common with those that err on the same texts: the algorithm and the checkpoint."""
    checkpoints = [value for name, value in trial.params.items() if name.rpartition(".")[2] == "checkpoint"]
    return (algorithm_of(trial.params), *checkpoints)


def _built(
    plan: Plan,
    study: StudyRecord,
    choice: EnsembleChoice,
    refits: Mapping[int, Path | None],
    score: ScoreFunction,
    say: Callable[[str], None],
    stack: ExitStack,
) -> BuiltEnsemble | None:
    """Build and score an ensemble; None, and `say` is told why, if it breaks a constraint."""
    folders, dataset = plan.workspace.study(study.name), plan.prepared.dataset
    members = {
        f"trial-{number}": (refits.get(number) or folders.model(number), weight)
        for number, weight in choice.weights.items()
    }
    place = TemporaryDirectory(prefix=ENSEMBLE_PREFIX, dir=folders.folder, ignore_cleanup_errors=True)
    folder = Path(stack.enter_context(place)) / "model"
    save_ensemble(folder, dataset.label_names, members, choice.calibration)
    costs = measured_costs(plan, study.goals.measured, folder)
    broken = [each for each in study.goals.constraints if each.name in costs and each.excess(costs[each.name]) > 0]
    if broken:
        found = ", ".join(f"{each.name} {format_measure(each.name, costs[each.name])}" for each in broken)
        say(f"The best single model is handed over, because the mean breaks {', '.join(map(str, broken))}: {found}")
        return None
    tested = score(folder, dataset.test)
    intervals = intervals_on_test(study.goals, tested.logits, dataset.test.labels)
    scores = Scores(choice.scores, tested.metrics, intervals=intervals)
    is_refitted = any(refits.get(number) is not None for number in choice.weights)
    samples = {number: rows for number in choice.weights if (rows := study.trials[number].sample_rows) is not None}
    result = EnsembleResult(choice, scores, costs, is_refitted=is_refitted, sample_rows=samples)
    return BuiltEnsemble(result, tested.confusion, folder, tested.logits)
