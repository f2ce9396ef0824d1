"""Opens a study for a search: the sampler and pruner by name, with the study's history behind them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import optuna
from optuna.samplers import BaseSampler
from optuna.study import Study
from optuna.trial import TrialState

from automl.core import Prior, StopReason
from automl.hpo.pbt import PbtPruner, PopulationHistory
from automl.hpo.pruners import FRONT_PRUNERS, PRUNERS
from automl.hpo.samplers import (
    BLIND,
    SAMPLERS,
    AlgorithmSampler,
    Generations,
    GridSampler,
    HistorySubsetSampler,
    PriorGuidedSampler,
    WarmStartSampler,
)
from automl.storage import StudyStore
from automl.storage.cache import CachedStorage
from search_spaces import Space, Value
from search_spaces.grid import grids_of

SEEDS_APART = 1_000_003
"""Between the sampler seeds of two drivers: further than any study has trials."""


@dataclass(frozen=True)
class OpenStudy:
    """A study as Optuna sees it, over its trials in memory."""

    study: Study
    mirror: CachedStorage
    grid: GridSampler | None = None
    populations: PopulationHistory | None = None
    """Of a study that is searched by population-based training."""

    @property
    def is_exhausted(self) -> bool:
        """Whether every point of a grid was begun; never without one."""
        if self.grid is None or self.study.get_trials(deepcopy=False, states=(TrialState.WAITING,)):
            return False
        return self.grid.is_exhausted(self.study)

    def is_done(self, trials: int | None) -> bool:
        """Whether no trial is to begin any more: there are as many as that, or nothing is left of a grid."""
        return (trials is not None and self.mirror.begun() >= trials) or self.is_exhausted

    @property
    def why_done(self) -> StopReason:
        """Why it is."""
        return StopReason.GRID if self.is_exhausted else StopReason.TRIALS


def open_study(
    store: StudyStore,
    name: str,
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
) -> OpenStudy:
    """The study, ready to be asked for points until `deadline`, in `time.monotonic()` seconds.

    Where its space chooses among algorithms, `defaults` are the default points of each, and `expected_seconds` what a
    trial of one takes. `priors` are what is thought best, by parameter.

    A grid is that of `space`, and has the same order for every driver.

    `driver` counts the drivers that the study has had. It enters the sampler's seed, and so does the number of trials:
    neither a resumed search nor a second driver may draw the points of the first one again.
    """
    mirror, settings = store.mirror(name), store.settings(name)
    done = len(store.record(name).trials)
    own_seed = (seed + SEEDS_APART * driver + done) % 2**32

    def make(algorithm: str = "") -> BaseSampler:
        made = SAMPLERS[sampler](own_seed)
        if isinstance(made, Generations):
            made.name = algorithm
        return PriorGuidedSampler(made, priors, own_seed) if priors and not isinstance(made, GridSampler) else made

    chooses = defaults and sampler not in BLIND
    own = AlgorithmSampler(make, mirror, defaults, expected_seconds, deadline, own_seed) if chooses else make()
    grid = own if isinstance(own, GridSampler) else None
    if grid is not None and space is not None:
        grid.lay(grids_of(space), seed)
    asked = WarmStartSampler(HistorySubsetSampler(own, mirror), settings.recommended, mirror, defaults)
    pruners = PRUNERS if settings.goals.are_plain else {**PRUNERS, **FRONT_PRUNERS}
    judge = pruners[pruner](mirror)
    study = optuna.load_study(study_name=name, storage=mirror, sampler=asked, pruner=judge)
    return OpenStudy(study, mirror, grid, judge.populations if isinstance(judge, PbtPruner) else None)
