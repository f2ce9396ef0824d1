"""A probe that is fitted to a sample of its texts before all of them are read."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from search_spaces import SPACES, PretrainedText, Space
from tests.trials.pretrained.jobs import dataset
from trials.classifiers import load
from trials.data import stages
from trials.data.dataset import EncodedDataset
from trials.data.encoding.tokenization import encode
from trials.metrics import evaluate
from trials.probe import fitter
from trials.protocol import BUDGET_STEPS, Evaluation, TrialEnd, TrialJob, TrialReport
from trials.run import run_trial
from trials.serving_costs import LATENCY

SPACE = Space("probe", SPACES["probe"])
EARLY = list(stages.EARLY_STEPS)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Make small samples worth an evaluation, and collect the rows whose features are computed."""
    monkeypatch.setattr(stages, "FEWEST_ROWS", 5)
    monkeypatch.setattr(stages, "ROWS_OF_A_CLASS", 1)
    monkeypatch.setattr(fitter, "WORTH_SECONDS", 0.0)
    rows: list[int] = []
    true = fitter.encoder_features
    monkeypatch.setattr(fitter, "encoder_features", lambda *given: rows.extend(given[2].tolist()) or true(*given))
    return rows


@pytest.fixture
def data(checkpoint: Path) -> EncodedDataset:
    return encode(dataset(), PretrainedText(str(checkpoint), 64), 64, None)


@pytest.fixture
def job(tmp_path: Path, checkpoint: Path) -> TrialJob:
    point = SPACE.replay({**SPACE.defaults(), "architecture.checkpoint": str(checkpoint)})
    return TrialJob(0, point, 7, 900, "macro_f1", tmp_path / "model", tmp_path / "state", cache=tmp_path / "cache")


def evaluations(reports: Iterator[TrialReport]) -> list[tuple[int, int]]:
    return [(each.evaluation.step, each.evaluation.examples) for each in reports if each.evaluation is not None]


def test_samples_are_evaluated_before_all_rows_are_read(job: TrialJob, data: EncodedDataset, read: list[int]) -> None:
    rows_at = {}
    for report in run_trial(job, data):
        found = report.evaluation
        if found is None:
            continue
        rows_at[found.step] = len(read)
        assert found.sample_rows == (None if found.step == BUDGET_STEPS else found.examples)
        assert found.is_best and not found.saves_state
        assert (found.next_seconds is None) == (found.step == BUDGET_STEPS)
        scores = evaluate(load(job.checkpoint).logits(dataset().validation.texts), data.validation.labels)
        assert scores["log_loss"] == pytest.approx(found.metrics["log_loss"], abs=1e-4), "the model of this stage"
    assert rows_at == {8: 30 + 8, 26: 30 + 28, BUDGET_STEPS: 120}
    assert sorted(read) == list(range(120)), "each text is read once"
    assert report.end is TrialEnd.COMPLETED
    assert report.cost.examples == 90


def test_the_last_model_is_that_of_a_trial_without_samples(
    job: TrialJob, data: EncodedDataset, read: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    *_, staged = run_trial(job, data)
    monkeypatch.setattr(fitter, "WORTH_SECONDS", 3_600.0)
    others = list(run_trial(replace(job, cache=None, checkpoint=job.checkpoint.with_name("other")), data))
    assert evaluations(iter(others)) == [(BUDGET_STEPS, 90)], "what takes little time is read in one go"
    assert others[-1].evaluation.metrics == pytest.approx(staged.evaluation.metrics, abs=1e-6)


def test_features_that_are_there_need_no_samples(job: TrialJob, data: EncodedDataset, read: list[int]) -> None:
    assert [step for step, _ in evaluations(run_trial(job, data))] == [*EARLY, BUDGET_STEPS]
    read.clear()
    again = replace(job, checkpoint=job.checkpoint.with_name("other"))
    assert evaluations(run_trial(again, data)) == [(BUDGET_STEPS, 90)]
    assert not read


def first_evaluation(job: TrialJob, data: EncodedDataset) -> Evaluation:
    trial = run_trial(job, data)
    found = next(report.evaluation for report in trial if report.evaluation is not None)
    trial.close()
    return found


def test_features_of_two_formats_are_not_mixed(
    job: TrialJob, data: EncodedDataset, read: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    monkeypatch.setattr("trials.hardware.precision.bf16_pays_on_cpu", lambda: True)
    first_evaluation(job, data)
    monkeypatch.setattr("trials.hardware.precision.bf16_pays_on_cpu", lambda: False)
    read.clear()
    list(run_trial(replace(job, checkpoint=job.checkpoint.with_name("other")), data))
    assert sorted(read) == list(range(120)), "what another format has of a sample is not gone on with"


def test_a_trial_that_was_stopped_goes_on_after_its_last_sample(
    job: TrialJob, data: EncodedDataset, read: list[int]
) -> None:
    last = replace(first_evaluation(job, data), seconds=1_000.0)
    assert last.step == EARLY[0]
    assert len(read) < 120
    reports = list(run_trial(replace(job, told=last.step, earlier=last), data))
    assert evaluations(iter(reports)) == [(EARLY[1], 28), (BUDGET_STEPS, 90)]
    assert sorted(read) == list(range(120)), "what was read is not read again"
    assert all(report.cost.seconds > 1_000 for report in reports), "the time of the earlier attempt counts"
    own = reports[-1].cost.seconds - reports[-1].cost.shared_seconds
    assert own < 500, "as time that went into features, which makes no trial of the algorithm dearer"


def test_a_trial_whose_model_is_lost_reports_its_samples_again(
    job: TrialJob, data: EncodedDataset, read: list[int]
) -> None:
    last = first_evaluation(job, data)
    shutil.rmtree(job.checkpoint)
    again = replace(job, told=last.step, earlier=last)
    assert [step for step, _ in evaluations(run_trial(again, data))] == [*EARLY, BUDGET_STEPS]


def test_features_of_a_sample_that_are_there_and_quick_need_no_evaluation_of_it(
    job: TrialJob, data: EncodedDataset, read: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    first_evaluation(job, data)
    monkeypatch.setattr(fitter, "WORTH_SECONDS", 3_600.0)
    again = replace(job, checkpoint=job.checkpoint.with_name("other"))
    assert evaluations(run_trial(again, data)) == [(BUDGET_STEPS, 90)], "the pace lies beside the features"


def test_a_sample_without_a_class_is_read_and_not_evaluated(
    job: TrialJob, data: EncodedDataset, read: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages, "FEWEST_ROWS", 20)
    assert [step for step, _ in evaluations(run_trial(job, data))] == [EARLY[1], BUDGET_STEPS]


def test_serving_costs_are_measured_once(job: TrialJob, data: EncodedDataset, read: list[int]) -> None:
    found = [each.evaluation for each in run_trial(replace(job, measures=(LATENCY,)), data) if each.evaluation]
    assert len(found) == 3
    assert len({each.metrics[LATENCY] for each in found}) == 1


def test_corrected_labels_find_the_features_of_the_same_texts(
    job: TrialJob, data: EncodedDataset, read: list[int]
) -> None:
    list(run_trial(job, data))
    read.clear()
    labels = np.roll(data.train.labels, 5)
    corrected = replace(data, train=replace(data.train, labels=labels))
    list(run_trial(replace(job, checkpoint=job.checkpoint.with_name("other")), corrected))
    assert not read


def test_another_division_of_the_rows_has_no_samples(job: TrialJob, data: EncodedDataset, read: list[int]) -> None:
    assert evaluations(run_trial(replace(job, resplit=3), data)) == [(BUDGET_STEPS, 90)]


def test_labels_are_those_of_the_sample(
    job: TrialJob, data: EncodedDataset, read: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[np.ndarray] = []
    true = fitter.fit_head
    monkeypatch.setattr(
        fitter, "fit_head", lambda *given, **more: seen.append(given[1].numpy()) or true(*given, **more)
    )
    list(run_trial(job, data))
    expected = [data.train.labels[stage.training] for stage in stages.stages_of(data)]
    assert [labels.tolist() for labels in seen] == [labels.tolist() for labels in expected]
