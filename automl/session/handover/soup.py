"""Builds means of weights, chooses among them, and scores the one that is chosen."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from automl.core import SOUP_PREFIX, AutomlError, StudyRecord, one_line
from automl.planning import Plan
from automl.selection import Members, Scores, SoupChoice, SoupResult, choose_soup
from automl.session.handover.candidates import Candidate, intervals_on_test, known_outputs
from automl.session.handover.soup_ingredients import ingredients
from automl.worker import ScoreFunction
from trials.classifiers import save_soup
from trials.data import Split
from trials.errors import TrialsError
from trials.metrics import Logits
from trials.serving_costs import SERVING_COSTS
from trials.tasks import Counts, calibrated_logits

SHARE = 0.05
"""Largest share of the time of the search in which means are tried; the first one is tried in any case."""


@dataclass(frozen=True)
class BuiltSoup:
    """A mean of weights in a temporary folder, with its scores.

    Attributes:
        result: the trials and the scores.
        confusion: counts of test rows by class.
        folder: the folder of the model.
        logits: its outputs for the test rows, shape (n, classes).
    """

    result: SoupResult
    confusion: Counts
    folder: Path
    logits: Logits

    @property
    def rival(self) -> Logits:
        """What an ensemble is compared with: outputs for validation rows on which the mean was not chosen."""
        return self.result.choice.outputs


@dataclass
class _Means:
    """The logits of means of weights for the validation rows, each computed once, as long as there is time.

    Attributes:
        model: returns the folder of the model of a trial.
        place: an existing folder for the means.
        validation: the validation split.
        score: scores a model in a process of its own.
        seconds: time for all means but the first.
        known: logits by members; at first those of the trials alone.
    """

    model: Callable[[int], Path]
    place: Path
    validation: Split
    score: ScoreFunction
    seconds: float
    known: dict[Members, Logits]
    _tried: int = field(default=0, init=False)
    _spent: float = field(default=0.0, init=False)

    def logits(self, members: Members) -> Logits | None:
        """Return the logits of the mean of the weights of `members`; None if there is no time for it."""
        if members not in self.known:
            if self._tried and self._spent * (1 + 1 / self._tried) > self.seconds:
                return None
            started = time.monotonic()
            folder = self.place / "tried"
            save_soup(folder, [self.model(number) for number in members])
            self.known[members] = calibrated_logits(self.score(folder, self.validation).logits)
            self._tried += 1
            self._spent += time.monotonic() - started
        return self.known[members]


@contextmanager
def souped(
    plan: Plan, study: StudyRecord, single: Candidate, score: ScoreFunction, say: Callable[[str], None]
) -> Iterator[BuiltSoup | None]:
    """Provide the mean of weights that is better than a single model; its folder is deleted afterwards.

    It is None if none is better beyond noise on validation rows on which it was not chosen, for cross-validated trials,
    which have no such rows, and where several objectives have no single best. With constraints, the mean must keep
    them. It is also None, with a message, if it cannot be built.

    Args:
        plan: gives the data, the workspace and the settings.
        study: the study as the database has it.
        single: the model that is handed over otherwise.
        score: scores a model in a process of its own.
        say: receives one line if there are means to try, and one if one is better.

    Yields:
        The mean of weights, or None.
    """
    with ExitStack() as stack:
        try:
            built = _built(plan, study, single, score, say, stack)
        except (AutomlError, TrialsError, OSError) as error:
            say(f"No weights are averaged, because that failed: {one_line(error)}")
            built = None
        yield built


def _built(
    plan: Plan,
    study: StudyRecord,
    single: Candidate,
    score: ScoreFunction,
    say: Callable[[str], None],
    stack: ExitStack,
) -> BuiltSoup | None:
    if plan.experiment.search.soup == "off" or plan.prepared.folds is not None or study.goals.are_several:
        return None
    if single.validation is None:
        return None
    outputs = known_outputs(plan, study)
    order = ingredients(plan, study, outputs)
    if not order:
        return None
    say(f"Trying means of the weights of trials {', '.join(map(str, order))}")
    dataset, folders = plan.prepared.dataset, plan.workspace.study(study.name)
    place = TemporaryDirectory(prefix=SOUP_PREFIX, dir=folders.folder, ignore_cleanup_errors=True)
    folder = Path(stack.enter_context(place))
    known: dict[Members, Logits] = {(number,): calibrated_logits(outputs[number]) for number in order}
    means = _Means(folders.model, folder, dataset.validation, score, _seconds(plan, study), known)
    choice = choose_soup(study.goals.first.name, order, means.logits, dataset.validation.labels, single.validation)
    margin = plan.experiment.search.margin
    if choice is None or not choice.is_better(margin) or study.goals.broken({**choice.scores, **_costs(study, choice)}):
        return None
    say(f"The mean of the weights of trials {', '.join(map(str, choice.members))} is better; it is built and scored")
    model = folder / "model"
    save_soup(model, [folders.model(number) for number in choice.members], choice.calibration)
    tested = score(model, dataset.test)
    intervals = intervals_on_test(study.goals, tested.logits, dataset.test.labels)
    result = SoupResult(choice, Scores(choice.scores, tested.metrics, intervals=intervals), _costs(study, choice))
    return BuiltSoup(result, tested.confusion, model, tested.logits)


def _seconds(plan: Plan, study: StudyRecord) -> float:
    """Return the time for means: a share of the time budget, or of the time of all trials."""
    spent = sum(trial.cost.seconds for trial in study.trials if trial.cost is not None)
    return SHARE * (spent if plan.seconds is None else plan.seconds)


def _costs(study: StudyRecord, choice: SoupChoice) -> dict[str, float]:
    """Return the serving costs of a mean, which are those of the first trial in it."""
    best = study.trials[choice.members[0]].best
    return {} if best is None else {name: best.metrics[name] for name in SERVING_COSTS if name in best.metrics}
