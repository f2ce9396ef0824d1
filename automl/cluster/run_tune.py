"""Runs a search: gives Ray Tune the ledger's adapters and waits until the ledger says that it is over."""

import logging
import tempfile

from ray import tune

from automl.cluster.dataset_refs import DatasetRefs
from automl.cluster.gpu import MemoryEstimator
from automl.cluster.hang_detection import HangDetector
from automl.cluster.local_cluster import Cluster
from automl.cluster.placement import TrialPlacer
from automl.cluster.trainable import TrialActor
from automl.cluster.tune_adapters import ManagedScheduler, ManagedSearcher, ManagedStopper, TrialFailure
from automl.core import StopReason
from automl.engine import TrialManager

MOST_SLOTS = 10_000
"""More than any cluster has: of how many trials Tune may start at a time, where there is room for them."""


def run_search(
    ledger: TrialManager,
    encodings: DatasetRefs,
    cluster: Cluster,
    memory: MemoryEstimator,
    silence: HangDetector,
    actor: type[TrialActor] = TrialActor,
) -> StopReason:
    """Places trials until the ledger is over or exhausted, and has them run by `actor`. Needs a running Ray.

    Raises:
        WorkspaceError: the database of the study is lost for good.
    """
    logging.getLogger("ray.tune").setLevel(logging.CRITICAL)
    mishap = TrialFailure()
    placement = TrialPlacer(cluster, memory)
    scheduler = ManagedScheduler(ledger, mishap, placement, silence)
    with tempfile.TemporaryDirectory(prefix="automl-tune-", ignore_cleanup_errors=True) as scratch:
        tuner = tune.Tuner(
            actor,
            tune_config=tune.TuneConfig(
                search_alg=ManagedSearcher(ledger, mishap, encodings, placement, cluster.home),
                scheduler=scheduler,
                num_samples=-1,
                max_concurrent_trials=MOST_SLOTS,  # the searcher minds how many there are,
                reuse_actors=True,
                trial_name_creator=lambda trial: f"trial-{trial.trial_id}",
                trial_dirname_creator=lambda trial: trial.trial_id,
            ),
            run_config=tune.RunConfig(
                name="search",
                storage_path=scratch,
                stop=ManagedStopper(ledger, mishap, scheduler),
                verbose=0,
                checkpoint_config=tune.CheckpointConfig(checkpoint_at_end=False),  # trials keep their own models
            ),
        )
        try:
            tuner.fit()
        except BaseException:
            if mishap.error is None:
                ledger.stop(StopReason.FAILED)
                ledger.close()
                raise
        if mishap.error is not None:
            ledger.abandon()
            raise mishap.error
    return ledger.close()
