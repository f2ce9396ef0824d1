"""Which of two models is handed over: the best by validation, or the best untuned default."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from automl.core import Goals, TrialRecord
from automl.selection.confirmation import ConfirmationResult
from automl.selection.uncertainty import Comparison, compare
from trials.metrics import Logits
from trials.tasks import LabelArray


@dataclass(frozen=True)
class Evidence:
    """How sure it is that a trial is better than a default.

    Attributes:
        gain: by how much it scored better in the search's metric.
        error: standard error of that difference.
        divisions: number of divisions of the rows over which `gain` is a mean; 1 for the validation rows alone.
    """

    gain: float
    error: float
    divisions: int = 1

    @property
    def errors(self) -> float:
        """The gain in standard errors; infinite if there is a gain and no error."""
        return self.gain / self.error if self.error > 0 else math.copysign(math.inf, self.gain) if self.gain else 0.0


@dataclass(frozen=True)
class Choice:
    """The choice between the trial with the best validation score and the best untuned default.

    Attributes:
        best: number of the trial with the best validation score.
        default: number of the best untuned default; None if none has a model.
        chosen: number of the trial that is handed over.
        margin: standard errors by which `best` had to be better.
        evidence: how sure it is that `best` is better than `default`; None if both are the same trial or nothing could
            be compared.
    """

    best: int
    default: int | None
    chosen: int
    margin: float
    evidence: Evidence | None

    @property
    def passes_over(self) -> bool:
        """Whether the default is handed over in the place of the trial with the best score."""
        return self.chosen != self.best


def choose_model(best: TrialRecord, default: TrialRecord | None, evidence: Evidence | None, margin: float) -> Choice:
    """Return which trial is handed over.

    The best of many trials is better than a default by luck alone, so a small lead says nothing about other rows. The
    default is handed over unless the lead exceeds `margin` standard errors.

    Args:
        best: the trial with the best validation score.
        default: the best untuned default; None if there is none.
        evidence: how sure it is that `best` is better; None: unknown, and `best` is chosen.
        margin: standard errors; 0 always chooses `best`.
    """
    if default is None or default.number == best.number:
        return Choice(best.number, None if default is None else default.number, best.number, margin, None)
    is_shown = evidence is None or margin == 0 or evidence.errors > margin
    return Choice(best.number, default.number, best.number if is_shown else default.number, margin, evidence)


def evidence_of_rows(metric: str, best: Logits, default: Logits, labels: LabelArray) -> Evidence:
    """Return the evidence of the same validation rows, by a paired bootstrap.

    Args:
        metric: a metric of the task of the labels.
        best: outputs of the trial with the best score.
        default: outputs of the default.
        labels: labels of the rows.
    """
    found: Comparison = compare(metric, best, default, labels)
    return Evidence(found.gain, found.error)


def evidence_of_confirmation(
    goals: Goals, on_rows: Evidence, confirmation: ConfirmationResult | None, best: int, default: int
) -> Evidence:
    """Return the evidence of the mean scores if both trials were confirmed, else that of the validation rows.

    Each division has as many validation rows, so the standard error is that of one of them over the square root of
    their number. It is a little too small, because the rows of two divisions overlap.

    Args:
        goals: the objectives, whose first is compared.
        on_rows: the evidence of the validation rows.
        confirmation: what came of training the best trials again.
        best: number of the trial that wins otherwise.
        default: number of the default.
    """
    known = {} if confirmation is None else {each.trial: each for each in confirmation.finalists}
    if best not in known or default not in known:
        return on_rows
    divisions, sign = len(known[best].scores), 1 if goals.first.maximize else -1
    gain = sign * (known[best].mean - known[default].mean)
    return Evidence(gain, on_rows.error / math.sqrt(divisions), divisions)


def evidence_of_folds(goals: Goals, best: TrialRecord, default: TrialRecord) -> Evidence | None:
    """Return the evidence of two cross-validated trials, from their differences in the same folds.

    Training rows overlap between folds, so the variance of the mean is that of Nadeau and Bengio ("Inference for the
    generalization error", Machine Learning, 2003): 1/k + 1/(k - 1) times the variance of the differences.

    Args:
        goals: the objectives, whose first is compared.
        best: the trial with the best score.
        default: the default.

    Returns:
        The evidence; None unless both trials have the same two or more folds.
    """
    gains = _by_fold(goals, best), _by_fold(goals, default)
    if len(gains[0]) != len(gains[1]) or len(gains[0]) < 2:
        return None
    differences = [default_loss - own for own, default_loss in zip(*gains, strict=True)]
    folds = len(differences)
    return Evidence(fmean(differences), stdev(differences) * math.sqrt(1 / folds + 1 / (folds - 1)))


def _by_fold(goals: Goals, trial: TrialRecord) -> Sequence[float]:
    """Return the loss of the first objective in each fold, in the order of folds."""
    folds = sorted(trial.folds, key=lambda each: each.fold or 0)
    return [goals.losses(each.metrics)[0] for each in folds]
