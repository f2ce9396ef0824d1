"""What both forms with Ray Tune share: the space in Tune's words, OptunaSearch, ASHA, and how trials ended."""

from collections.abc import Iterator
from typing import Any

from ray import tune
from ray.tune.schedulers import ASHAScheduler
from ray.tune.search.optuna import OptunaSearch

from benchmarks.search.space import REDUCTION_FACTOR, default_values, dimensions
from benchmarks.search.task import Task
from search_spaces import Choice, Dimension, FloatRange, IntRange


def run(trainable: Any, task: Task, *, reuse_actors: bool) -> Iterator[tuple[str, str]]:
    """Searches for as long as is left, and gives each trial that came to an end, with how it did."""
    searcher = OptunaSearch(
        metric="accuracy",
        mode="max",
        seed=task.seed,
        points_to_evaluate=[default_values()] if task.defaults_first else None,
    )
    tuner = tune.Tuner(
        tune.with_resources(trainable, {"cpu": 1}),
        param_space={name: _domain(dimension) for name, dimension in dimensions().items()},
        tune_config=tune.TuneConfig(
            metric="accuracy",
            mode="max",
            search_alg=searcher,
            scheduler=ASHAScheduler(
                time_attr="epoch", grace_period=1, max_t=task.epochs, reduction_factor=REDUCTION_FACTOR
            ),
            num_samples=-1,
            max_concurrent_trials=task.slots,
            time_budget_s=task.remaining,
            reuse_actors=reuse_actors,
        ),
        run_config=tune.RunConfig(
            name="tune",
            storage_path=str(task.folder / "ray"),
            checkpoint_config=tune.CheckpointConfig(checkpoint_at_end=False),
            verbose=1,
        ),
    )
    for result in tuner.fit():
        metrics = result.metrics or {}
        if result.error is not None:
            yield metrics.get("trial_id", "?"), "failed"
        elif metrics.get("done"):  # the end of the time leaves it false
            yield metrics["trial_id"], "completed" if metrics["epoch"] >= task.epochs else "pruned"


def _domain(dimension: Dimension) -> Any:
    match dimension:
        case FloatRange(low, high, _, log):
            return tune.loguniform(low, high) if log else tune.uniform(low, high)
        case IntRange(low, high):
            return tune.randint(low, high + 1)
        case Choice(options):
            return tune.choice(list(options))
