"""A model that is fitted in one go: its evaluation, its files, and its end where it cannot be had."""

from collections.abc import Generator
from pathlib import Path

import numpy as np
import pytest

from search_spaces import SPACES, Defaults
from tests.trials.pretrained.jobs import dataset
from tests.trials.toy import toy_job
from trials.classifiers import load
from trials.data.fold_split import Fold, division_of, texts_of
from trials.errors import CheckpointError, Diverged
from trials.files import read_validation_logits, staging_of
from trials.linear.model import LinearClassifier, fit_linear
from trials.metrics import evaluate
from trials.protocol import BUDGET_STEPS
from trials.serving_costs import PARAMETERS
from trials.tasks import Calibration
from trials.training.cost_meter import CostMeter
from trials.workflows.fit_trial import fit_and_evaluate, fit_fold
from trials.workflows.fold_result import OutOfFold

DATA = dataset()
POINT = SPACES["linear"](Defaults())


def ended(work: Generator[object, None, object]) -> object:
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


def test_its_one_evaluation_is_of_the_model_that_lies_there(tmp_path: Path) -> None:
    job, cost = toy_job(tmp_path, POINT, measures=(PARAMETERS,)), CostMeter()
    found = ended(fit_and_evaluate(job, DATA, cost))
    assert (found.step, found.examples, found.is_best) == (BUDGET_STEPS, len(DATA.train), True)
    metrics = evaluate(load(job.checkpoint).logits(DATA.validation.texts), DATA.validation.labels)
    for name, value in metrics.items():
        assert found.metrics[name] == pytest.approx(value, abs=1e-6), name
    assert found.metrics[PARAMETERS] == cost.so_far().parameters > 0
    assert cost.so_far().examples == len(DATA.train)


def test_the_model_is_calibrated_and_its_logits_are_kept(tmp_path: Path) -> None:
    job = toy_job(tmp_path, POINT)
    found = ended(fit_and_evaluate(job, DATA, CostMeter()))
    plain = fit_linear(POINT, DATA.train, DATA.label_names).logits(DATA.validation.texts)
    saved = load(job.checkpoint).logits(DATA.validation.texts)
    assert found.temperature < 0.8, "a linear model with its default penalty is not sure enough"
    np.testing.assert_allclose(saved, plain / found.temperature, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(read_validation_logits(job.checkpoint), saved, atol=1e-4)
    assert found.metrics["log_loss"] < evaluate(plain, DATA.validation.labels)["log_loss"]


def test_what_a_killed_trial_left_is_cleared_away(tmp_path: Path) -> None:
    job = toy_job(tmp_path, POINT)
    staging_of(job.checkpoint).mkdir(parents=True)
    job.checkpoint.mkdir()
    (job.checkpoint / "stale").write_text("of an earlier model")
    ended(fit_and_evaluate(job, DATA, CostMeter()))
    assert not (job.checkpoint / "stale").exists()
    assert [path.name for path in tmp_path.iterdir()] == [job.checkpoint.name]


def test_a_disk_that_refuses_is_no_fault_of_the_trial(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CheckpointError):
        ended(fit_and_evaluate(toy_job(tmp_path, POINT, checkpoint=tmp_path / "file" / "model"), DATA, CostMeter()))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_one_logit_that_is_not_finite_is_the_end_and_leaves_no_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: float
) -> None:
    true = LinearClassifier.logits

    def broken(self: LinearClassifier, texts: tuple[str, ...]) -> np.ndarray:
        logits = true(self, texts)
        if len(texts) == len(DATA.validation):
            logits[3, 1] = value
        return logits

    monkeypatch.setattr(LinearClassifier, "logits", broken)
    job = toy_job(tmp_path, POINT)
    with pytest.raises(Diverged, match="not finite"):
        ended(fit_and_evaluate(job, DATA, CostMeter()))
    assert not job.checkpoint.exists()


def test_a_fold_gives_logits_of_its_rows_and_keeps_a_model_only_if_it_holds_out_none(tmp_path: Path) -> None:
    rows = np.arange(120)
    job = toy_job(tmp_path, POINT)
    found = ended(fit_fold(job, DATA, Fold(rows[30:], rows[:30]), CostMeter()))
    assert found.outputs.shape == (30, 3)
    assert evaluate(found.outputs, DATA.train.labels[:30])["accuracy"] > 0.8
    assert not job.checkpoint.exists()
    whole = ended(fit_fold(job, DATA, Fold(rows, rows[:0]), CostMeter(), OutOfFold(Calibration(0.5))))
    assert (whole.outputs.shape, whole.calibration) == ((0, 3), Calibration(0.5))
    assert load(job.checkpoint).label_names == DATA.label_names


def test_with_rows_that_are_divided_anew_others_are_held_out(tmp_path: Path) -> None:
    job = toy_job(tmp_path, POINT, resplit=7)
    found = ended(fit_and_evaluate(job, DATA, CostMeter()))
    rows = division_of(DATA, 7)
    train, held_out = texts_of(DATA, rows.training), texts_of(DATA, rows.held_out)
    logits = fit_linear(POINT, train, DATA.label_names).logits(held_out.texts)
    assert found.metrics["accuracy"] == evaluate(logits, held_out.labels)["accuracy"]
    assert found.examples == len(rows.training)
    np.testing.assert_allclose(load(job.checkpoint).logits(held_out.texts), logits / found.temperature, atol=1e-3)
