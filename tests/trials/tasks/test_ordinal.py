"""Ordered classes: what they share with classes, and their counts."""

import numpy as np

from trials.tasks import ORDINAL, RankConfusion, task_of, task_of_counts

LABELS = np.random.default_rng(0).integers(0, 90, 400).astype(np.int32)
LOGITS = np.eye(90)[LABELS] * 4.0


def test_ranks_are_told_from_class_ids_and_counted_without_overflow() -> None:
    assert task_of(LABELS) is ORDINAL
    counts = ORDINAL.counts(LOGITS, LABELS)
    assert isinstance(counts, RankConfusion)
    assert task_of_counts(counts) is ORDINAL
    assert (counts.right.sum(), counts.rows) == (400, 400)
    assert ORDINAL.evaluate(LOGITS, LABELS)["qwk"] == 1.0


def test_the_temperature_is_that_of_the_same_classes_without_an_order() -> None:
    wide = LABELS.astype(np.int64)
    assert ORDINAL.calibrate(LOGITS, LABELS) == task_of(wide).calibrate(LOGITS, wide)
    assert ORDINAL.strata(LABELS).tolist() == ORDINAL.drawn_within(LABELS).tolist() == LABELS.tolist()
