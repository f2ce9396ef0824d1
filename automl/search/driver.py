"""Runs a search: gives Ray Tune the ledger's adapters and waits until the ledger says that it is over."""

import logging
import tempfile

from ray import tune

from automl.search.cluster import Cluster
from automl.search.encodings import Encodings
from automl.search.events import StopReason
from automl.search.ledger import Ledger
from automl.search.memory_model import MemoryModel
from automl.search.placement import Placement
from automl.search.searcher import LedgerScheduler, LedgerSearcher, LedgerStopper, Mishap
from automl.search.silence import Silence
from automl.search.trainable import TrialActor

MOST_SLOTS = 10_000
"""More than any cluster has: of how many trials Tune may start at a time, where there is room for them."""


def run_search(
    ledger: Ledger,
    encodings: Encodings,
    cluster: Cluster,
    memory: MemoryModel,
    silence: Silence,
    actor: type[TrialActor] = TrialActor,
) -> StopReason:
    """Places trials until the ledger is over or exhausted, and has them run by `actor`. Needs a running Ray.

    Raises:
        WorkspaceError: the database of the study is lost for good.
    """
    logging.getLogger("ray.tune").setLevel(logging.CRITICAL)
    mishap = Mishap()
    placement = Placement(cluster, memory)
    scheduler = LedgerScheduler(ledger, mishap, placement, silence)
    with tempfile.TemporaryDirectory(prefix="automl-tune-", ignore_cleanup_errors=True) as scratch:
        tuner = tune.Tuner(
            actor,
            tune_config=tune.TuneConfig(
                search_alg=LedgerSearcher(ledger, mishap, encodings, placement, cluster.home),
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
                stop=LedgerStopper(ledger, mishap, scheduler),
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
