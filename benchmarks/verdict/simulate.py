"""Simulated searches over a pool of fitted models, and the models that different rules hand over."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from automl.core import Goals, Objective
from automl.selection import Confirmed, Evidence, evidence_of_confirmation
from automl.selection.handover import MOST_COMPARED
from benchmarks.verdict.pool import HELD_OUT, Pool
from trials.metrics import log_softmax
from trials.tasks import SINGLE_LABEL

Rows = NDArray[np.int64]

TRIALS = 25
DEFAULTS = (0, 1)
"""The models of a pool that are untuned defaults: of `linear`, and of `probe`."""
RESAMPLES = 200
FINALISTS = 3
LOSS = SINGLE_LABEL.loss_metric
MACRO_F1 = Goals((Objective("macro_f1", maximize=True),))
FITS = 2
"""Further fits of each finalist, each to another part of the rows."""


@dataclass(frozen=True)
class Search:
    """One simulated search: which models it tried, and on which rows.

    Attributes:
        pools: pools of the same models, each fitted to another part of the rows; the search has the first one.
        tried: the models, the defaults first.
        defaults: the models that are untuned defaults.
        validation: positions of the validation rows among the rows of the first pool.
        test: positions of the test rows.
        seed: seed of what is drawn later.
    """

    pools: Sequence[Pool]
    tried: tuple[int, ...]
    defaults: tuple[int, ...]
    validation: Rows
    test: Rows
    seed: int

    def score(self, model: int, rows: Rows, pool: int = 0) -> float:
        """Return the macro F1 of a model on some rows of a pool."""
        return macro_f1(self.pools[pool], model, rows)

    def test_score(self, model: int) -> float:
        """Return the macro F1 of a model on the test rows."""
        return self.score(model, self.test)

    @cached_property
    def ranked(self) -> list[int]:
        """The models, the best by validation first; ties go to the lower log loss."""
        return sorted(self.tried, key=self._standing)

    @cached_property
    def default(self) -> int:
        """The best default by validation."""
        return min(self.defaults, key=self._standing)

    @cached_property
    def lead(self) -> tuple[float, float]:
        """By how much the best model leads the best default on the validation rows, and the standard error."""
        return gain_and_error(self.pools[0], self.ranked[0], self.default, self.validation)

    @cached_property
    def confirming(self) -> list[tuple[int, Rows]]:
        """Pools that were fitted to other parts, each with as many rows as validation has, none of them a test row."""
        generator, test = np.random.default_rng(self.seed), self.pools[0].rows[self.test]
        found = []
        for number, pool in enumerate(self.pools[1:], start=1):
            free = np.flatnonzero(~np.isin(pool.rows, test))
            found.append((number, generator.permutation(free)[: len(self.validation)]))
        return found

    def _standing(self, model: int) -> tuple[float, float]:
        return -self.score(model, self.validation), log_loss(self.pools[0], model, self.validation)


def searches(pools: Sequence[Pool], count: int, defaults: tuple[int, ...] = DEFAULTS) -> list[Search]:
    """Return `count` searches, each with models, validation rows and test rows of its own.

    Both kinds of rows are drawn with replacement from those that the models were not fitted to. If they were halves of
    these, a lead on one half would be a lag on the other.
    """
    made = []
    for seed in range(count):
        generator = np.random.default_rng(seed)
        order = np.roll(np.arange(len(pools)), seed)
        models, rows = len(pools[0].logits), len(pools[order[0]].rows)
        others = generator.permutation(np.arange(len(DEFAULTS), models))[: TRIALS - len(DEFAULTS)]
        validation, test = generator.integers(0, rows, size=(2, rows // 2))
        tried = (*DEFAULTS, *(int(other) for other in others))
        made.append(Search([pools[each] for each in order], tried, defaults, validation, test, seed))
    return made


def macro_f1(pool: Pool, model: int, rows: Rows) -> float:
    """Return the macro F1 of a model on some rows."""
    return float(_f1(pool, model, rows, np.ones((1, len(rows))))[0])


def log_loss(pool: Pool, model: int, rows: Rows) -> float:
    """Return the log loss of a model on some rows."""
    logits = log_softmax(pool.logits[model][rows].astype(np.float64))
    return float(-logits[np.arange(len(rows)), pool.labels[rows]].mean())


def gain_and_error(pool: Pool, first: int, second: int, rows: Rows) -> tuple[float, float]:
    """Return by how much the first model is better on some rows, and the standard error, by a paired bootstrap."""
    generator = np.random.default_rng(0)
    weights = generator.multinomial(len(rows), np.full(len(rows), 1 / len(rows)), size=RESAMPLES).astype(np.float64)
    gains = _f1(pool, first, rows, weights) - _f1(pool, second, rows, weights)
    return macro_f1(pool, first, rows) - macro_f1(pool, second, rows), float(gains.std())


def _f1(pool: Pool, model: int, rows: Rows, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the macro F1 for each set of row weights, shape (sets,)."""
    classes = pool.logits.shape[2]
    said = np.eye(classes)[pool.logits[model][rows].argmax(axis=1)]
    true = np.eye(classes)[pool.labels[rows]]
    f1: NDArray[np.float64] = (2 * (weights @ (said * true)) / np.maximum(weights @ (said + true), 1e-9)).mean(axis=1)
    return f1


Rule = Callable[[Search], int]
"""Returns the model that is handed over."""


def always_best(search: Search) -> int:
    """The model with the best validation score."""
    return search.ranked[0]


def within(errors: float) -> Rule:
    """The best model if its gain over the best default exceeds so many standard errors, else the default."""

    def rule(search: Search) -> int:
        gain, error = search.lead
        return search.ranked[0] if gain > errors * error else search.default

    return rule


def lower_log_loss(search: Search) -> int:
    """The best model if it also has the lower log loss by two standard errors, else the default."""
    best, default = search.ranked[0], search.default
    rows, labels = search.validation, search.pools[0].labels[search.validation]
    losses = [
        -log_softmax(search.pools[0].logits[model][rows].astype(np.float64))[np.arange(len(rows)), labels]
        for model in (default, best)
    ]
    difference = losses[0] - losses[1]
    return best if difference.mean() > 2 * difference.std() / np.sqrt(len(rows)) else default


def confirmed(errors: float) -> Rule:
    """The three best of as many models fewer as there are confirmations; the mean decides, then `within` does."""

    def rule(search: Search) -> int:
        search = replace(search, tried=search.tried[: TRIALS - FINALISTS * FITS])
        default, splits = search.default, [(0, search.validation), *search.confirming[:FITS]]
        finalists = search.ranked[:FINALISTS]
        means = {model: fmean(search.score(model, rows, pool) for pool, rows in splits) for model in finalists}
        best = max(finalists, key=lambda model: means[model])
        if best == default:
            return default
        gain, error = gain_and_error(search.pools[0], best, default, search.validation)
        if default in means:
            gain, error = means[best] - means[default], error / len(splits) ** 0.5
        return best if gain > errors * error else default

    return rule


def leads(errors: float) -> Rule:
    """The best model whose gain in the metric and in the log loss exceeds so many standard errors, else the default."""

    def rule(search: Search) -> int:
        return _first_that_leads(search, search.ranked, {}, errors)

    return rule


def confirmed_leads(errors: float) -> Rule:
    """The same, where the three best are ordered by the mean of as many models fewer as there are confirmations."""

    def rule(search: Search) -> int:
        search = replace(search, tried=search.tried[: TRIALS - FINALISTS * FITS])
        splits, finalists = [(0, search.validation), *search.confirming[:FITS]], search.ranked[:FINALISTS]
        known = {}
        for model in finalists:
            scores = tuple(search.score(model, rows, pool) for pool, rows in splits)
            losses = [_calibrated_losses(search.pools[pool], model, rows).mean() for pool, rows in splits]
            known[model] = Confirmed(model, scores, {LOSS: float(fmean(losses))})
        first = sorted(finalists, key=lambda model: -known[model].mean)
        return _first_that_leads(search, [*first, *search.ranked[FINALISTS:]], known, errors)

    return rule


def _first_that_leads(search: Search, order: Sequence[int], known: Mapping[int, Confirmed], errors: float) -> int:
    default, share = search.default, len(search.validation) / len(search.pools[0].rows) * HELD_OUT / (1 - HELD_OUT)
    for model in order[:MOST_COMPARED]:
        if model == default:
            break
        found = _evidence(search.pools[0], model, default, search.validation)
        if model in known and default in known:
            means = known[model], known[default]
            found = evidence_of_confirmation(found, *means, MACRO_F1, SINGLE_LABEL, share)
        if found.gain > 0 and found.errors > errors:
            return model
    return default


def _evidence(pool: Pool, model: int, default: int, rows: Rows) -> Evidence:
    generator = np.random.default_rng(0)
    weights = generator.multinomial(len(rows), np.full(len(rows), 1 / len(rows)), size=RESAMPLES).astype(np.float64)
    gains = _f1(pool, model, rows, weights) - _f1(pool, default, rows, weights)
    by_row = _calibrated_losses(pool, default, rows) - _calibrated_losses(pool, model, rows)
    losses = weights @ by_row / len(rows)
    errors = float(gains.std()), float(losses.std())
    correlation = max(0.0, float(np.corrcoef(gains, losses)[0, 1])) if min(errors) > 0 else 0.0
    gain = macro_f1(pool, model, rows) - macro_f1(pool, default, rows)
    return Evidence(gain, errors[0], float(by_row.mean()), errors[1], correlation)


def _calibrated_losses(pool: Pool, model: int, rows: Rows) -> NDArray[np.float64]:
    """Return the log loss of each row, after one temperature that these rows give, as trials do it."""
    logits, labels = pool.logits[model][rows].astype(np.float64), pool.labels[rows]
    calibrated = log_softmax(SINGLE_LABEL.calibrate(logits, labels).outputs(logits))
    losses: NDArray[np.float64] = -calibrated[np.arange(len(rows)), labels]
    return losses


RULES: dict[str, Rule] = {
    "best by validation": always_best,
    "gain above 0.5 errors": within(0.5),
    "gain above 1 error": within(1.0),
    "gain above 1.5 errors": within(1.5),
    "gain above 1.96 errors": within(1.96),
    "gain above 2.5 errors": within(2.5),
    "lower log loss": lower_log_loss,
    "confirmed by 2 fits": confirmed(float("-inf")),
    "confirmed, above 1 error": confirmed(1.0),
    "gain in both above 0.8 errors": leads(0.8),
    "gain in both above 1 error": leads(1.0),
    "confirmed, in both above 1 error": confirmed_leads(1.0),
}


def table(corpus: str, found: Sequence[Search]) -> list[str]:
    """Return a row for each rule: how often another model than the default is handed over, and how it does on test."""
    lines = []
    for name, rule in RULES.items():
        if name.startswith("confirmed") and len(found[0].pools) <= FITS:
            continue
        chosen = [rule(search) for search in found]
        pairs = [
            (search.test_score(model), search.test_score(search.default))
            for search, model in zip(found, chosen, strict=True)
        ]
        others = fmean(model != search.default for search, model in zip(found, chosen, strict=True))
        worse, better = (fmean(sign * (own - other) > 0 for own, other in pairs) for sign in (-1, 1))
        gain = fmean(own - other for own, other in pairs)
        lines.append(
            f"| {corpus} | {name} | {others:.0%} | {worse:.1%} | {better:.1%} | {fmean(own for own, _ in pairs):.4f} "
            f"| {gain:+.4f} |"
        )
    return lines
