"""Simulated searches after which an ensemble is handed over, or none, by one rule or another."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, stdev

import numpy as np
from numpy.typing import NDArray

from automl.selection import EnsembleChoice, choose_ensemble, combined, cross_fitted
from benchmarks.verdict.pool import Pool
from benchmarks.verdict.simulate import DEFAULTS, Search, searches, within
from trials.metrics import Logits
from trials.tasks import task_of

METRIC = "macro_f1"

Rule = Callable[[EnsembleChoice], bool]
"""Returns whether an ensemble is handed over in the place of the single model."""

RULES: dict[str, Rule] = {
    "never": lambda _: False,
    "log loss surely better, metric not worse": lambda choice: choice.log_loss_gain.low > 0 and choice.gain.gain >= 0,
    "log loss better, metric not worse": lambda choice: choice.log_loss_gain.gain > 0 and choice.gain.gain >= 0,
    "neither worse by 1 error": lambda choice: all(
        found.gain >= -found.error for found in (choice.gain, choice.log_loss_gain)
    ),
    "neither surely worse": lambda choice: not choice.is_worse,
    "always": lambda _: True,
}


@dataclass(frozen=True)
class Ending:
    """The end of one simulated search: the single model, and the ensemble that could take its place.

    Attributes:
        pool: number of the re-split.
        choice: what is known of the ensemble on the validation rows; None: there is none of two models.
        single: metric and log loss of the single model on the test rows.
        ensemble: the same of the ensemble.
    """

    pool: int
    choice: EnsembleChoice | None
    single: tuple[float, float]
    ensemble: tuple[float, float]

    def handed_over(self, rule: Rule) -> tuple[float, float]:
        """Return metric and log loss, on the test rows, of what is handed over by `rule`."""
        return self.ensemble if self.choice is not None and rule(self.choice) else self.single


def endings(pools: Sequence[Pool], count: int) -> list[Ending]:
    """Return the ends of `count` simulated searches, the re-splits in turn.

    Validation and test rows are the halves of those that no model was fitted to, as an ensemble is judged on validation
    rows on which it was not chosen: none may be there twice. A lead on one half is then a lag on the other within a
    re-split, so the re-splits must be many.
    """
    found = []
    for number, search in enumerate(searches(pools, count)):
        rows = np.random.default_rng(number).permutation(len(search.pools[0].rows))
        half = len(rows) // 2
        apart = replace(search, pools=search.pools[:1], validation=rows[:half], test=rows[half:])
        found.append(_ending(apart, number % len(pools)))
    return found


def table(corpus: str, found: Sequence[Ending]) -> list[str]:
    """Return a row for each rule: how often it hands over an ensemble, and what that gives on the test rows."""
    lines, pools = [], [end.pool for end in found]
    for name, rule in RULES.items():
        ensembles = [end.choice is not None and rule(end.choice) for end in found]
        gains = [end.handed_over(rule)[0] - end.single[0] for end in found]
        losses = [end.handed_over(rule)[1] - end.single[1] for end in found]
        worse = sum(gain < 0 for gain in gains) / max(1, sum(ensembles))
        better = sum(gain > 0 for gain in gains) / max(1, sum(ensembles))
        lines.append(
            f"| {corpus} | {name} | {fmean(ensembles):.0%} | {worse:.0%} | {better:.0%} "
            f"| {fmean(end.handed_over(rule)[0] for end in found):.4f} | {by_pool(pools, gains)} "
            f"| {by_pool(pools, losses)} |"
        )
    return lines


def _ending(search: Search, pool: int) -> Ending:
    models, labels = search.pools[0].logits, search.pools[0].labels
    rows, truth, task = search.validation, labels[search.test], task_of(labels)
    calibrations = {model: task.calibrate(models[model][rows], labels[rows]) for model in search.tried}

    def outputs(of: NDArray[np.int64]) -> dict[int, Logits]:
        return {model: calibrations[model].outputs(models[model][of].astype(np.float64)) for model in search.tried}

    def scores(given: Logits) -> tuple[float, float]:
        return task.score(METRIC, given, truth), task.score(task.loss_metric, given, truth)

    single = within(1.0)(search)
    known, tested = outputs(rows), outputs(search.test)
    kinds = {model: model % len(DEFAULTS) for model in known}
    rival = cross_fitted(known[single], labels[rows]) if single in search.defaults else None
    choice = choose_ensemble(METRIC, single, known, labels[rows], kinds, rival=rival)
    alone = scores(tested[single])
    if choice is None:
        return Ending(pool, None, alone, alone)
    mean = choice.calibration.outputs(combined(task, tested, choice.weights))
    return Ending(pool, choice, alone, scores(mean))


def by_pool(pools: Sequence[int], values: Sequence[float]) -> str:
    """Return the mean of `values` and its standard error, by the means of the re-splits.

    Args:
        pools: number of the re-split of each value.
        values: the values.
    """
    means = [
        fmean(value for its, value in zip(pools, values, strict=True) if its == pool) for pool in sorted(set(pools))
    ]
    error = stdev(means) / len(means) ** 0.5 if len(means) > 1 else float("nan")
    return f"{fmean(means):+.4f} ± {error:.4f}"
