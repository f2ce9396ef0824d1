"""Opens a study for a search: the sampler and pruner by name, with the study's history behind them."""

from optuna.study import Study

from automl.search.pruners import PRUNERS
from automl.search.samplers import SAMPLERS
from automl.storage.studies import StudyStore


def open_study(store: StudyStore, name: str, *, sampler: str, pruner: str, seed: int) -> Study:
    """The study, ready to be asked.

    The number of trials enters the sampler's seed: a resumed search must not draw the points of the first one again.
    """
    done = len(store.record(name).trials)
    return store.open(name, SAMPLERS[sampler](seed + done), PRUNERS[pruner]())
