"""Finds how labels should follow from the outputs of the model that a study handed over."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from automl.core import UsageError, unknown_name
from automl.decisions import (
    METRICS_OF_LABELS,
    METRICS_OF_RANKS,
    Decision,
    best_offsets,
    conformal_scores,
    label_sets,
    one_hot,
    read_costs,
)
from automl.export import score
from automl.review.held_out_logits import HeldOut, held_out_logits
from automl.review.reopened_study import ReopenedStudy
from automl.selection import compare
from trials.metrics import Logits
from trials.tasks import KNOWN_METRICS, ORDINAL, LabelArray, task_of

MOST_SCORES = 10_000
"""Conformal scores that are kept; of more rows a random part has the same coverage."""

COST = "cost"

SHOWN_COVERAGE = 0.9
"""Coverage of the sets of labels that are shown on the test rows."""

_DIGITS = 6

_Z = 1.959964


@dataclass(frozen=True)
class Effect:
    """What a rule changes on one split.

    Attributes:
        rows: number of rows.
        before: the measure with the most probable labels.
        after: the measure with the labels that the rule chooses.
        low: lower end of the 95% interval of `after - before`.
        high: upper end.
        changed: rows whose label the rule changes.
    """

    rows: int
    before: float
    after: float
    low: float
    high: float
    changed: int


@dataclass(frozen=True)
class FoundDecision:
    """A decision, and what it changes.

    Attributes:
        decision: the rule.
        measure: what is measured: a metric, or `cost`, the mean cost of a row; empty without a rule.
        held_out: its effect on the rows that it was found on; None without a rule.
        test: its effect on the test rows; None without a rule.
        covered: share of test rows whose set with coverage `SHOWN_COVERAGE` has their label, or whose interval has
            their number; None where a text may have several labels, so that there are no such sets.
        set_size: mean number of labels in these sets; None of numbers.
        reach: how far the intervals reach from a predicted number to both sides; None of classes.
    """

    decision: Decision
    measure: str
    held_out: Effect | None
    test: Effect | None
    covered: float | None = None
    set_size: float | None = None
    reach: float | None = None


def find_decision(study: ReopenedStudy, metric: str | None, costs: Path | None) -> FoundDecision:
    """Find the rule for a metric or a cost matrix on rows that the model was not fitted to, and show it on the test.

    Without a metric and costs the most probable label is chosen, and only what sets of labels need is found.

    Args:
        study: the study, whose model is in `best`.
        metric: one of `METRICS_OF_LABELS`, or of ranks one of `METRICS_OF_RANKS`; None for none.
        costs: file with the cost matrix; None for none.

    Raises:
        UsageError: both are given, the metric is none that labels can improve, or the study has no such rows.
        DataProblem: the costs cannot be used.
    """
    dataset = study.prepared.dataset
    has_order = dataset.task is ORDINAL
    check_goal(metric, costs, METRICS_OF_RANKS if has_order else METRICS_OF_LABELS)
    matrix = None if costs is None else read_costs(costs, dataset.label_names)
    held_out = held_out_logits(study)
    decision = _plain(held_out, dataset.label_names)
    scaled = decision.scaled(held_out.logits)
    if metric is not None:
        offsets = tuple(round(float(offset), _DIGITS) for offset in best_offsets(metric, scaled, held_out.labels))
        decision = replace(decision, goal=f"the best {metric}", offsets=offsets)
    elif matrix is not None:
        decision = replace(decision, goal="the smallest expected cost", costs=tuple(map(tuple, matrix.tolist())))
    tested = score(study.workspace.study(study.record.name).best, dataset.test).logits
    sets = label_sets(decision.scaled(tested), np.asarray(decision.scores), SHOWN_COVERAGE, has_order=has_order)
    covered = float(sets[np.arange(len(sets)), dataset.test.labels].mean())
    found = FoundDecision(decision, "", None, None, covered, float(sets.sum(axis=1).mean()))
    if not decision.goal:
        return found
    measure = metric or COST
    on_rows = _effect(measure, decision, held_out.logits, held_out.labels, matrix)
    on_test = _effect(measure, decision, tested, dataset.test.labels, matrix)
    decision = replace(decision, effects={"held_out": vars(on_rows), "test": vars(on_test)})
    return replace(found, decision=decision, measure=measure, held_out=on_rows, test=on_test)


def check_goal(metric: str | None, costs: Path | None, metrics: Sequence[str]) -> None:
    """Check what a decision is to serve.

    Args:
        metric: a metric; None for none.
        costs: file with costs; None for none.
        metrics: the metrics that can be served.

    Raises:
        UsageError: both are given, or the metric is none of these.
    """
    if metric is not None and costs is not None:
        raise UsageError("a decision serves a metric or costs: give --metric or --costs, not both")
    if metric is not None and metric not in metrics:
        raise UsageError(f"{unknown_name('metric', metric, metrics)} Other metrics do not depend on the labels alone.")


def _plain(held_out: HeldOut, label_names: tuple[str, ...]) -> Decision:
    """Return the decision for the most probable label."""
    temperature = task_of(held_out.labels).calibrate(held_out.logits, held_out.labels).temperature
    logits, labels = held_out.logits / temperature, held_out.labels
    chosen = scored_rows(len(labels))
    scores = tuple(np.round(conformal_scores(logits[chosen], labels[chosen]), _DIGITS).tolist())
    return Decision(label_names, temperature=round(temperature, _DIGITS), scores=scores, source=held_out.source)


def scored_rows(rows: int) -> NDArray[np.int64]:
    """Return the rows of which conformal scores are kept: all, or a random part of very many.

    Args:
        rows: their number.
    """
    found: NDArray[np.int64] = np.sort(np.random.default_rng(0).permutation(rows)[:MOST_SCORES])
    return found


def _effect(
    measure: str, decision: Decision, logits: Logits, labels: LabelArray, costs: NDArray[np.float64] | None
) -> Effect:
    plain, chosen = logits.argmax(axis=1), decision.chosen(logits)
    changed = int((plain != chosen).sum())
    if costs is not None:
        return effect_on_costs(costs[labels, plain], costs[labels, chosen], changed)
    first, second = (one_hot(classes, logits.shape[1]) for classes in (chosen, plain))
    compared, task = compare(measure, first, second, labels), task_of(labels)
    before, after = (task.score(measure, each, labels) for each in (second, first))
    is_better_below = not KNOWN_METRICS[measure].maximize
    low, high = (-compared.high, -compared.low) if is_better_below else (compared.low, compared.high)
    return Effect(len(labels), before, after, low, high, changed)


def effect_on_costs(before: NDArray[np.float64], after: NDArray[np.float64], changed: int) -> Effect:
    """Return what a rule changes of the mean cost of a row.

    Args:
        before: cost of each row by the labels that the model gives, shape (n,).
        after: cost of each row by the rule, same shape.
        changed: rows whose labels the rule changes.
    """
    gain = float(np.mean(after - before))
    half = _Z * float(np.std(after - before, ddof=1)) / float(np.sqrt(len(before)))
    return Effect(len(before), float(before.mean()), float(after.mean()), gain - half, gain + half, changed)
