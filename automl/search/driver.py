"""Runs a search: gives Ray Tune the ledger's adapters and waits until the ledger says that it is over."""

import logging
import tempfile

from ray import tune

from automl.search.cluster import Slots
from automl.search.encodings import Encodings
from automl.search.events import StopReason
from automl.search.ledger import Ledger
from automl.search.searcher import LedgerScheduler, LedgerSearcher, LedgerStopper
from automl.search.trainable import TrialActor


def run_search(ledger: Ledger, encodings: Encodings, slots: Slots) -> StopReason:
    """Places trials until the ledger is over or exhausted. Needs a running Ray."""
    logging.getLogger("ray.tune").setLevel(logging.CRITICAL)
    scheduler = LedgerScheduler(ledger)
    with tempfile.TemporaryDirectory(prefix="automl-tune-") as scratch:
        tuner = tune.Tuner(
            TrialActor,
            tune_config=tune.TuneConfig(
                search_alg=LedgerSearcher(ledger, encodings, slots),
                scheduler=scheduler,
                num_samples=-1,
                max_concurrent_trials=slots.count,
                reuse_actors=True,
                trial_name_creator=lambda trial: f"trial-{trial.trial_id}",
                trial_dirname_creator=lambda trial: trial.trial_id,
            ),
            run_config=tune.RunConfig(
                name="search",
                storage_path=scratch,
                stop=LedgerStopper(ledger, scheduler),
                verbose=0,
                checkpoint_config=tune.CheckpointConfig(checkpoint_at_end=False),  # trials keep their own models
            ),
        )
        try:
            tuner.fit()
        except BaseException:
            ledger.stop(StopReason.FAILED)
            raise
        finally:
            reason = ledger.close()
    return reason
