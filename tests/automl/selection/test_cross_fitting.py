import numpy as np

from automl.selection.cross_fitting import PARTS, cross_fitted, parts_of
from trials.tasks import task_of

RANDOM = np.random.default_rng(0)
SETS = RANDOM.random((60, 5)) < 0.3
CLASSES = RANDOM.integers(0, 3, size=60)


def test_each_row_is_in_one_part_and_the_parts_are_always_the_same():
    for labels in (SETS, CLASSES):
        parts = parts_of(labels)
        assert len(parts) == PARTS
        assert sorted(np.concatenate(parts)) == list(range(60))
        assert all(np.array_equal(part, again) for part, again in zip(parts, parts_of(labels), strict=True))


def test_classes_are_divided_evenly():
    for part in parts_of(CLASSES):
        shares = np.bincount(CLASSES[part], minlength=3) / np.bincount(CLASSES)
        assert np.all(np.abs(shares - 1 / PARTS) < 0.1)


def test_thresholds_of_noise_do_not_flatter_on_other_rows():
    logits = RANDOM.normal(size=SETS.shape)
    task = task_of(SETS)
    tuned = task.calibrate(logits, SETS, tempered=False).outputs(logits)
    honest = cross_fitted(tuned, SETS)
    assert honest.shape == tuned.shape
    assert task.evaluate(honest, SETS)["macro_f1"] < task.evaluate(tuned, SETS)["macro_f1"]


def test_what_has_no_thresholds_stays_as_it_is():
    outputs = RANDOM.normal(size=(60, 3))
    assert cross_fitted(outputs, CLASSES) is outputs
