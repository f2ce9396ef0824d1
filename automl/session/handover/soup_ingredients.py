"""Which trials of a study have models whose weights can be averaged."""

from collections.abc import Collection, Hashable
from dataclasses import dataclass

from automl.core import StudyRecord, TrialRecord
from automl.planning import Plan
from automl.selection import best_first
from search_spaces import Kept, Point, Pretrained, PretrainedText, Pretraining, Text

MOST = 5
"""Maximum number of models that are averaged."""


@dataclass(frozen=True)
class Kind:
    """Models of the same kind have the same tensors, and began with the same weights, those of the classifier included.

    All trials of a study have the same seed, from which the weights of a new classifier follow.

    Attributes:
        checkpoint: the checkpoint.
        kept: the part of it that is used; None: all.
        pretraining: the stage of self-supervision before, which changes the weights of the checkpoint.
        tokens: how texts are encoded, if that stage learned from them, or they decide which heads and units are kept.
        reading: how a text becomes tokens.
    """

    checkpoint: str
    kept: Kept | None
    pretraining: Pretraining | None
    tokens: Text | PretrainedText | None
    reading: str


def ingredients(plan: Plan, study: StudyRecord, known: Collection[int]) -> tuple[int, ...]:
    """Return the trials whose weights can be averaged, the best by validation first; empty if no two go together.

    Where there are several kinds, it is the kind with the best trial among those that have two.

    Args:
        plan: gives the space.
        study: the study with its trials.
        known: the trials whose models can be used.
    """
    by_kind = dict[Hashable, list[int]]()
    for trial in best_first(study):
        if trial.number in known and (kind := _kind(plan, trial)) is not None:
            by_kind.setdefault(kind, []).append(trial.number)
    return next((tuple(numbers[:MOST]) for numbers in by_kind.values() if len(numbers) > 1), ())


def _kind(plan: Plan, trial: TrialRecord) -> Kind | None:
    """Return the kind of a finetuning; None for other models."""
    try:
        point = plan.space.replay(trial.params)
    except Exception:  # a user's own space may raise anything, and may have changed since
        return None
    if not isinstance(point, Point) or not isinstance(point.architecture, Pretrained):
        return None
    checkpoint, kept = point.architecture.checkpoint, point.architecture.kept
    is_whole = kept is None or kept.heads_share == kept.feed_forward_share == 1.0
    tokens = None if is_whole and point.pretraining is None else point.text
    reading = point.text.reading if isinstance(point.text, PretrainedText) else ""
    return Kind(checkpoint, kept, point.pretraining, tokens, reading)
