"""Opens a study for a search: creates the sampler and pruner by name, over the trials of the study."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import optuna
from optuna.samplers import BaseSampler
from optuna.trial import TrialState

from automl.core import Prior, StopReason
from automl.hpo.pbt import PbtPruner, PopulationHistory
from automl.hpo.pruners import FRONT_PRUNERS, PRUNERS
from automl.hpo.samplers import (
    BLIND,
    SAMPLERS,
    SHARE_METRICS,
    SHORT_SIGHTED,
    AlgorithmSampler,
    Generations,
    GridSampler,
    HistorySubsetSampler,
    PriorGuidedSampler,
    WarmStartSampler,
    expected_standings,
)
from automl.storage import Study
from automl.storage.cache import CachedStorage
from search_spaces import Space, Value
from search_spaces.grid import grids_of

SEEDS_APART = 1_000_003
"""Difference between the sampler seeds of two drivers; larger than the number of trials of any study."""


@dataclass(frozen=True)
class OpenStudy:
    """A study as Optuna sees it, over its trials in memory.

    Attributes:
        study: Optuna's study, with its sampler and pruner.
        mirror: the cached storage of the study.
        grid: the sampler, if it searches a grid; else None.
    """

    study: optuna.Study
    mirror: CachedStorage
    grid: GridSampler | None = None
    populations: PopulationHistory | None = None
    """The populations of a study that is searched by population-based training; else None."""

    @property
    def is_exhausted(self) -> bool:
        """Whether every point of the grid was begun; False for other samplers."""
        if self.grid is None or self.study.get_trials(deepcopy=False, states=(TrialState.WAITING,)):
            return False
        return self.grid.is_exhausted(self.study)

    def is_done(self, trials: int | None) -> bool:
        """Return whether no further trial starts: `trials` have begun (None is no limit), or the grid is exhausted."""
        return (trials is not None and self.mirror.begun() >= trials) or self.is_exhausted

    @property
    def why_done(self) -> StopReason:
        """Reason no further trial starts; only meaningful once `is_done` is true."""
        return StopReason.GRID if self.is_exhausted else StopReason.TRIALS


def open_study(
    stored: Study,
    *,
    sampler: str,
    pruner: str,
    seed: int,
    driver: int,
    space: Space | None = None,
    defaults: Mapping[Value, Mapping[str, Value]] = MappingProxyType({}),
    expected_seconds: Mapping[Value, float] = MappingProxyType({}),
    deadline: float | None = None,
    priors: Mapping[str, Prior] = MappingProxyType({}),
    validation_rows: int | None = None,
    taken: Callable[[], Collection[Value | None]] = tuple,
) -> OpenStudy:
    """Open a study that can be asked for points.

    The seed of the sampler depends on `seed`, `driver` and the number of trials, so that neither a resumed search nor a
    second driver draws the points of the first one again. The order of a grid depends on `seed` only.

    Args:
        stored: the study in the database, which must exist.
        sampler: name of the sampler, a key of `SAMPLERS`.
        pruner: name of the pruner, a key of `PRUNERS`, or of `FRONT_PRUNERS` with several objectives or constraints.
        seed: seed of the search.
        driver: ordinal of this driver among all drivers that the study has had.
        space: the space of the grid; only the sampler `grid` uses it.
        defaults: the default point of each algorithm, if the space chooses among several; else empty.
        expected_seconds: seconds that a trial of an algorithm is expected to take, by algorithm.
        deadline: end of the search in `time.monotonic()` seconds; None is no limit.
        priors: the values that the user expects to be best, by parameter.
        validation_rows: rows by which a trial is scored; None: the noise of its score is unknown.
        taken: returns the algorithms whose trials would have to wait for a device.

    Returns:
        The study, with its sampler and pruner.
    """
    mirror, settings = stored.mirror(), stored.settings()
    done = len(stored.record().trials)
    own_seed = (seed + SEEDS_APART * driver + done) % 2**32

    def make(algorithm: str = "") -> BaseSampler:
        plain = SAMPLERS[sampler](own_seed)
        if isinstance(plain, Generations):
            plain.name = algorithm
        short = HistorySubsetSampler(plain, mirror, algorithm or None) if sampler in SHORT_SIGHTED else plain
        return PriorGuidedSampler(short, priors, own_seed) if priors and not isinstance(plain, GridSampler) else short

    def choosing() -> BaseSampler:
        goals = settings.goals
        is_share = not goals.are_several and goals.objectives[0].name in SHARE_METRICS
        return AlgorithmSampler(
            make,
            mirror,
            defaults,
            expected_seconds,
            deadline,
            own_seed,
            standings=expected_standings(settings.traits),
            share_of=validation_rows if is_share else None,
            taken=taken,
        )

    own = choosing() if defaults and sampler not in BLIND else make()
    grid = own if isinstance(own, GridSampler) else None
    if grid is not None and space is not None:
        grid.lay(grids_of(space), seed)
    asked = WarmStartSampler(own, settings.recommended, mirror, defaults)
    pruners = PRUNERS if settings.goals.are_plain else {**PRUNERS, **FRONT_PRUNERS}
    judge = pruners[pruner](mirror)
    study = optuna.load_study(study_name=stored.name, storage=mirror, sampler=asked, pruner=judge)
    return OpenStudy(study, mirror, grid, judge.populations if isinstance(judge, PbtPruner) else None)
