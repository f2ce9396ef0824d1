"""The settings and limits of a search."""

from dataclasses import dataclass
from pathlib import Path

from automl.core import Budgets, Goals
from automl.engine.stopping_rules import PairedError
from trials.protocol import Folds


@dataclass(frozen=True)
class ConfirmationRules:
    """How the best trials are confirmed near the end of a search.

    Attributes:
        share: largest share of the search's time.
        must_fit: whether they are confirmed only if all of it is expected to fit into that share.
        seconds: time budget of the search; None is no limit.
        slots: trials that run side by side.
    """

    share: float
    must_fit: bool
    seconds: float | None
    slots: int = 1


@dataclass(frozen=True)
class SearchSettings:
    """The settings and limits of a search.

    Attributes:
        goals: the objectives and constraints.
        budgets: training examples of a full run, by kind of point.
        validation_rows: rows of the validation split; they determine how often a trial is evaluated.
        trials: limit on all trials of the study, those of other drivers included; None is no limit.
        deadline: end of the search in `time.monotonic()` seconds; None is no limit.
        seed: seed of the search and of each trial.
        precision: numeric precision of the training.
        threads: CPU threads of each trial.
        cache: folder for results that several trials share; None for no cache.
        least_gain: the search ends when the next trials promise a smaller gain of the first objective than
            this; a function gives it (`PairedError`); None: no such rule.
        folds: cross-validates each trial; None evaluates it on the validation split.
        confirm: how the best trials are confirmed; None: they are not.
    """

    goals: Goals
    budgets: Budgets
    validation_rows: int
    trials: int | None
    deadline: float | None
    seed: int
    precision: str
    threads: int
    cache: Path | None = None
    least_gain: float | PairedError | None = None
    folds: Folds | None = None
    confirm: ConfirmationRules | None = None
