"""Runs a search: starts Ray Tune with the adapters of the trial manager, and waits until the search is over."""

import logging
import tempfile
from collections.abc import Callable

from ray import tune

from automl.cluster.crews import Crews
from automl.cluster.dataset_refs import DatasetRefs
from automl.cluster.hang_detection import HangDetector
from automl.cluster.local_cluster import Cluster
from automl.cluster.placement import TrialPlacer
from automl.cluster.trainable import TrialActor
from automl.cluster.tune_adapters import ManagedScheduler, ManagedSearcher, ManagedStopper, TrialFailure
from automl.core import StopReason
from automl.engine import TrialManager
from search_spaces import AnyPoint

MOST_SLOTS = 10_000
"""Tune's limit on parallel trials; larger than any cluster, because the searcher limits them itself."""


def run_search(
    manager: TrialManager,
    encodings: DatasetRefs,
    cluster: Cluster,
    placement: TrialPlacer,
    hang_detector: HangDetector,
    actor: type[TrialActor] = TrialActor,
    *,
    pack: Callable[[AnyPoint], int] = lambda _: 1,
    say: Callable[[str], None] = lambda _: None,
) -> StopReason:
    """Run trials until the search is over or exhausted. Ray must be running.

    Args:
        manager: the trial manager, which starts and ends the trials; it is closed at the end.
        encodings: the data in Ray's object store.
        cluster: the running Ray.
        placement: assigns resources of the cluster to trials.
        hang_detector: detects workers that hang.
        actor: the class that runs a trial on a worker.
        pack: returns how many trials like a point a worker trains as one program; 1 runs each alone.
        say: receives one line if packs turn out smaller than wanted.

    Returns:
        The reason for the end of the search.

    Raises:
        WorkspaceError: the database of the study is lost permanently.
    """
    logging.getLogger("ray.tune").setLevel(logging.CRITICAL)
    failure = TrialFailure()
    crews = Crews(pack)
    scheduler = ManagedScheduler(
        manager, failure, placement, crews, hang_detector, shares_disk=cluster.home is None, say=say
    )
    with tempfile.TemporaryDirectory(prefix="automl-tune-", ignore_cleanup_errors=True) as scratch:
        tuner = tune.Tuner(
            actor,
            tune_config=tune.TuneConfig(
                search_alg=ManagedSearcher(manager, failure, encodings, placement, crews, cluster.home),
                scheduler=scheduler,
                num_samples=-1,
                max_concurrent_trials=MOST_SLOTS,  # the searcher limits them
                reuse_actors=True,
                trial_name_creator=lambda trial: f"trial-{trial.trial_id}",
                trial_dirname_creator=lambda trial: trial.trial_id,
            ),
            run_config=tune.RunConfig(
                name="search",
                storage_path=scratch,
                stop=ManagedStopper(manager, failure, scheduler),
                verbose=0,
                checkpoint_config=tune.CheckpointConfig(checkpoint_at_end=False),  # trials save their own models
            ),
        )
        try:
            tuner.fit()
        except BaseException:
            if failure.error is None:
                manager.stop(StopReason.FAILED)
                manager.close()
                raise
        if failure.error is not None:
            manager.abandon()
            raise failure.error
    return manager.close()
