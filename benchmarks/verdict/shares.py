"""Simulated searches whose ensembles are divided with one prior or another, by few validation rows and by many."""

from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean

import numpy as np

from automl.selection import best_shares, combined
from benchmarks.verdict.ensembles import METRIC, by_pool
from benchmarks.verdict.pool import Pool
from benchmarks.verdict.simulate import DEFAULTS, Search, searches, within
from trials.tasks import task_of

PRIORS = (0.0, 3.0, 5.0, 10.0, 30.0)
KEPT = 6
"""Models of a search that are kept beside the defaults, the best by validation."""


def table(corpus: str, pools: Sequence[Pool], count: int, rows: int) -> list[str]:
    """Return a row for each prior: what its ensembles gain over the single model on the test rows.

    Args:
        corpus: name of the corpus.
        pools: pools of its re-splits.
        count: number of searches.
        rows: number of validation rows, at most half of those of a pool.
    """
    found: list[list[tuple[float, float, int]]] = [[] for _ in PRIORS]
    for number, search in enumerate(searches(pools, count)):
        order = np.random.default_rng(number).permutation(len(search.pools[0].rows))
        half = len(order) // 2
        apart = replace(search, pools=search.pools[:1], validation=order[:half][:rows], test=order[half:])
        for each, prior in zip(found, PRIORS, strict=True):
            each.append(_gains(apart, prior))
    lines = []
    for prior, gains in zip(PRIORS, found, strict=True):
        in_metric, in_loss, members = zip(*gains, strict=True)
        pools_of = [number % len(pools) for number in range(count)]
        gained = f"{by_pool(pools_of, in_metric)} | {by_pool(pools_of, in_loss)}"
        lines.append(f"| {corpus} | {min(rows, half)} | {prior:g} | {gained} | {fmean(members):.1f} |")
    return lines


def _gains(search: Search, prior: float) -> tuple[float, float, int]:
    """Return by how much the metric and the log loss of an ensemble differ from those of the single model."""
    models, labels = search.pools[0].logits, search.pools[0].labels
    known_labels, truth, task = labels[search.validation], labels[search.test], task_of(labels)
    known, tested = {}, {}
    for model in {*DEFAULTS, *search.ranked[:KEPT]}:
        calibration = task.calibrate(models[model][search.validation], known_labels)
        known[model] = calibration.outputs(models[model][search.validation].astype(np.float64))
        tested[model] = calibration.outputs(models[model][search.test].astype(np.float64))
    kinds = {model: model % len(DEFAULTS) for model in known}
    shares = best_shares(known, known_labels, kinds, 5, lambda members: True, prior)
    calibration = task.calibrate(combined(task, known, shares), known_labels)
    mean, alone = calibration.outputs(combined(task, tested, shares)), tested[within(1.0)(search)]
    in_metric, in_loss = (
        task.score(name, mean, truth) - task.score(name, alone, truth) for name in (METRIC, task.loss_metric)
    )
    return in_metric, in_loss, len(shares)
