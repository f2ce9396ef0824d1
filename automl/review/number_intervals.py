"""Finds how far intervals around predicted numbers must reach."""

from pathlib import Path

import numpy as np

from automl.core import UsageError
from automl.decisions import Decision, interval_reach, residual_scores
from automl.export import score
from automl.review.decision_search import SHOWN_COVERAGE, FoundDecision, scored_rows
from automl.review.held_out_logits import held_out_logits
from automl.review.reopened_study import ReopenedStudy


def find_number_decision(study: ReopenedStudy, metric: str | None, costs: Path | None) -> FoundDecision:
    """Find how far the model errs on rows that it was not fitted to, and show intervals of that on the test rows.

    Args:
        study: the study, whose labels are numbers, and whose model is in `best`.
        metric: None, as there are no labels to choose.
        costs: None, for the same reason.

    Raises:
        UsageError: a metric or costs are given, or the study has no such rows.
    """
    if metric is not None or costs is not None:
        raise UsageError(
            f"{'--metric' if costs is None else '--costs'} must be left out: it chooses between labels, but study "
            f"{study.record.name!r} predicts numbers. Without it automl decide finds intervals for automl predict "
            "--sets. If the numbers stand for classes, search with --task ordinal, whose decisions serve both"
        )
    dataset = study.prepared.dataset
    held_out = held_out_logits(study)
    chosen = scored_rows(len(held_out.labels))
    scores = residual_scores(held_out.logits[chosen, 0], held_out.labels[chosen])
    kept = tuple(float(f"{value:.7g}") for value in scores)
    decision = Decision(dataset.label_names, scores=kept, source=held_out.source)
    reach = interval_reach(scores, SHOWN_COVERAGE)
    tested = score(study.workspace.study(study.record.name).best, dataset.test).logits[:, 0]
    covered = float(np.mean(np.abs(tested - dataset.test.labels) <= reach))
    return FoundDecision(decision, "", None, None, covered, reach=reach)
