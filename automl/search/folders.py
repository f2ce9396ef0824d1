"""Which models and training states of a study stay on disk: the study's checkpoint budget."""

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from automl.goals import Constraint, Goals, Objective, goals_of
from automl.search.contract import DEFAULT_TRIAL, EFFECTS
from automl.storage.records import TrialRecord
from automl.winner.standing import Standing, in_order_of_worth, standing
from trials.classifiers import ENCODER, FACTS
from trials.pretrained.location import CONFIG
from trials.record import Cost, Evaluation, TrialEnd


def holds_model(folder: Path) -> bool:
    """Whether a trial's model lies in `folder`; one that is there is whole, as it is swapped in as a whole.

    But an encoder that it links to may be gone.
    """
    if (folder / ENCODER).is_dir() and not all(file.is_file() for file in (folder / ENCODER).iterdir()):
        return False
    return any((folder / name).is_file() for name in (CONFIG, FACTS))


@dataclass
class TrialFolders:
    """The folders of a study's trials in one workspace.

    Of the trials that were completed or stopped early the `keep` best keep their models, in the order in which a winner
    is chosen: one that is stopped because it overfits had its best model before. Of several objectives, the Pareto
    front comes first. Trial 0 keeps its own. Trials that run
    or wait keep theirs, with the training state from which they go on.

    `model` and `state` give the folders of a trial, which need not exist.
    """

    model: Callable[[int], Path]
    state: Callable[[int], Path]
    keep: int
    metric: str
    maximize: bool
    further: tuple[Objective, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    _standings: dict[int, Standing] = field(default_factory=dict)

    @property
    def goals(self) -> Goals:
        """By what models are held against each other."""
        return goals_of(self.metric, self.maximize, self.further, self.constraints)

    def has_model(self, number: int) -> bool:
        """Whether the trial has a whole model here."""
        return holds_model(self.model(number))

    def settle(self, number: int, end: TrialEnd, best: Evaluation | None, cost: Cost | None) -> None:
        """Removes what the end of a trial has made superfluous. `best` is the evaluation of its best model."""
        if end == TrialEnd.PREEMPTED:
            return
        shutil.rmtree(self.state(number), ignore_errors=True)
        if number == DEFAULT_TRIAL:
            return
        if not EFFECTS[end].keeps_checkpoint or best is None:
            self._remove(number)
            return
        self._standings[number] = standing(number, best, cost, self.goals)
        while len(self._standings) > self.keep:
            worst = in_order_of_worth(self._standings)[-1]
            del self._standings[worst]
            self._remove(worst)

    def sweep(self, trials: Iterable[TrialRecord]) -> None:
        """Settles every trial that has ended, again: a driver may have died before it could remove what it had to."""
        for trial in trials:
            if trial.ended is None or trial.end is None:
                continue
            if self.model(trial.number).exists() or self.state(trial.number).exists():
                self.settle(trial.number, trial.end, trial.best, trial.cost)

    def _remove(self, number: int) -> None:
        shutil.rmtree(self.model(number), ignore_errors=True)
