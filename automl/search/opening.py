"""Opens a study for a search: the sampler and pruner by name, with the study's history behind them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import optuna
from optuna.study import Study

from automl.search.algorithm_first import AlgorithmFirst
from automl.search.history import ShortHistory
from automl.search.pruners import FRONT_PRUNERS, PRUNERS
from automl.search.samplers import BLIND, SAMPLERS
from automl.storage.mirror import Mirror
from automl.storage.studies import StudyStore
from search_spaces import Value

SEEDS_APART = 1_000_003
"""Between the sampler seeds of two drivers: further than any study has trials."""


@dataclass(frozen=True)
class OpenStudy:
    """A study as Optuna sees it, over its trials in memory."""

    study: Study
    mirror: Mirror


def open_study(
    store: StudyStore,
    name: str,
    *,
    sampler: str,
    pruner: str,
    seed: int,
    driver: int,
    defaults: Mapping[Value, Mapping[str, Value]] = MappingProxyType({}),
    expected_seconds: Mapping[Value, float] = MappingProxyType({}),
    deadline: float | None = None,
) -> OpenStudy:
    """The study, ready to be asked for points until `deadline`, in `time.monotonic()` seconds.

    Where its space chooses among algorithms, `defaults` are the default points of each, and `expected_seconds` what a
    trial of one takes.

    `driver` counts the drivers that the study has had. It enters the sampler's seed, and so does the number of trials:
    neither a resumed search nor a second driver may draw the points of the first one again.
    """
    mirror = store.mirror(name)
    done = len(store.record(name).trials)
    seed = (seed + SEEDS_APART * driver + done) % 2**32
    make = partial(SAMPLERS[sampler], seed)
    guided = defaults and sampler not in BLIND
    own = AlgorithmFirst(make, mirror, defaults, expected_seconds, deadline, seed) if guided else make()
    asked = ShortHistory(own, mirror)
    pruners = PRUNERS if store.settings(name).goals.are_plain else {**PRUNERS, **FRONT_PRUNERS}
    study = optuna.load_study(study_name=name, storage=mirror, sampler=asked, pruner=pruners[pruner](mirror))
    return OpenStudy(study, mirror)
