from dataclasses import replace
from pathlib import Path
from statistics import mean, stdev

import pytest
import torch
from safetensors.torch import load_file
from transformers import pipeline

from tests.trials.living import living_models
from tests.trials.toy import LABELS, toy_dataset, toy_job, toy_point, toy_texts
from trials.metrics import METRICS
from trials.models.cpu import logits_of
from trials.protocol import BUDGET_STEPS, EVALUATION_STEPS, Evaluation, TrialEnd, TrialJob, TrialReport
from trials.run import run_trial
from trials.training import compute
from trials.training.optimization import weight_averaging

DATA = toy_dataset()


def run(job: TrialJob) -> list[TrialReport]:
    return list(run_trial(job, DATA))


def outcome(reports: list[TrialReport]) -> list[Evaluation]:
    """The evaluations without the clock."""
    return [replace(report.evaluation, seconds=0.0) for report in reports if report.evaluation is not None]


def test_a_trial_completes_with_one_report_at_each_step(tmp_path: Path) -> None:
    reports = run(toy_job(tmp_path, budget_examples=1000))
    assert [report.evaluation.step for report in reports] == list(EVALUATION_STEPS)
    assert [report.evaluation.examples for report in reports] == [
        -(-1000 * s // BUDGET_STEPS) for s in EVALUATION_STEPS
    ]
    assert [report.end for report in reports] == [None] * 4 + [TrialEnd.COMPLETED]
    assert all(report.evaluation.metrics.keys() == METRICS.keys() for report in reports)
    assert reports[0].evaluation.is_best
    assert reports[-1].evaluation.train_loss < reports[0].evaluation.train_loss
    assert reports[-1].evaluation.metrics["accuracy"] > 0.8


def test_it_is_evaluated_at_the_steps_of_the_job(tmp_path: Path) -> None:
    steps = (1, 9, 18, 27, 81)
    reports = run(replace(toy_job(tmp_path), steps=steps))
    assert tuple(report.evaluation.step for report in reports) == steps


def test_the_score_and_the_checkpoint_are_of_averaged_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    averaged = outcome(run(toy_job(tmp_path / "averaged")))
    monkeypatch.setattr(weight_averaging, "POWER", 1e6)  # the last weights alone
    last = outcome(run(toy_job(tmp_path / "last")))
    losses = [[evaluation.train_loss for evaluation in found] for found in (averaged, last)]
    assert losses[0] == losses[1], "training is the same"
    scores = [[evaluation.metrics["log_loss"] for evaluation in found] for found in (averaged, last)]
    assert scores[0] != scores[1]
    weights = [load_file(tmp_path / name / "checkpoint" / "model.safetensors") for name in ("averaged", "last")]
    assert any(not torch.equal(weights[0][name], weights[1][name]) for name in weights[0])


def test_the_cost_is_told(tmp_path: Path) -> None:
    cost = run(toy_job(tmp_path))[-1].cost
    assert cost.examples == 400
    assert cost.examples_per_second > 400 / cost.seconds
    assert cost.parameters > 1000
    assert 10**7 < cost.peak_memory_bytes < 10**11


@pytest.mark.parametrize("batch_size", [1, 7, 64, 1000])
def test_every_batch_size_sees_the_same_number_of_examples(tmp_path: Path, batch_size: int) -> None:
    point = toy_point()
    point = replace(point, training=replace(point.training, batch_size=batch_size))
    reports = run(toy_job(tmp_path, point, budget_examples=100))
    assert [report.evaluation.examples for report in reports] == [2, 12, 34, 67, 100]


def test_the_same_job_gives_the_same_evaluations_whatever_ran_before(tmp_path: Path) -> None:
    job = toy_job(tmp_path)
    alone = outcome(run(job))
    assert run(toy_job(tmp_path, toy_point("bert/cls"), seed=3))[-1].end is TrialEnd.COMPLETED
    assert outcome(run(job)) == alone
    assert outcome(run(replace(job, seed=8))) != alone


def test_the_checkpoint_holds_the_best_evaluation_and_a_pipeline_loads_it(tmp_path: Path) -> None:
    # A rate that never falls, and is much too high, so that the last evaluation is not the best.
    job = toy_job(tmp_path, toy_point(learning_rate=2e-2, schedule="constant"), metric="log_loss")
    evaluations = outcome(run(job))
    best = min(evaluations, key=lambda evaluation: evaluation.metrics["log_loss"])
    assert best.is_best
    classify = pipeline("text-classification", model=str(job.checkpoint), device="cpu")
    texts, labels = toy_texts(30, seed=1)
    predicted = [answer["label"] for answer in classify(texts)]
    right = sum(label == LABELS[index] for label, index in zip(predicted, labels, strict=True))
    assert right / len(texts) == pytest.approx(best.metrics["accuracy"])


def test_a_closed_trial_leaves_its_checkpoint_and_frees_its_model(tmp_path: Path) -> None:
    job = toy_job(tmp_path)
    trial = run_trial(job, DATA)
    assert next(trial).end is None
    trial.close()
    assert (job.checkpoint / "model.safetensors").is_file()
    assert not living_models()


def test_memory_is_free_before_the_last_report(tmp_path: Path) -> None:
    for report in run_trial(toy_job(tmp_path), DATA):
        assert bool(living_models()) == (report.end is None)


@pytest.mark.parametrize("encoder", ["modernbert/mean", "bert/cls"])
def test_a_learning_rate_out_of_bounds_ends_as_diverged(tmp_path: Path, encoder: str) -> None:
    last = run(toy_job(tmp_path, toy_point(encoder, learning_rate=1e30)))[-1]
    assert last.end is TrialEnd.DIVERGED
    assert "no longer finite" in last.cause


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
@pytest.mark.parametrize(("training", "said"), [(True, "training loss"), (False, "logits of the validation split")])
def test_logits_that_are_not_finite_end_as_diverged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, training: bool, said: str, value: float
) -> None:
    """One logit is enough, and one text."""

    def not_finite(model, tokens, mask, dtype):
        logits = logits_of(model, tokens, mask, dtype)
        if model.training is training:
            return logits.index_put((torch.tensor(0), torch.tensor(1)), torch.tensor(value))
        return logits

    monkeypatch.setattr(compute, "logits_of", not_finite)
    (last,) = run(toy_job(tmp_path))
    assert (last.end, last.evaluation) == (TrialEnd.DIVERGED, None)
    assert said in last.cause


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_weight_that_is_not_finite_ends_as_diverged_and_leaves_the_model_before(tmp_path: Path, value: float) -> None:
    job = toy_job(tmp_path)
    trial = run_trial(job, DATA)
    next(trial)
    (model,) = living_models()
    with torch.no_grad():
        model.classifier.weight[0, 0] = value
    del model
    (last,) = trial
    assert last.end is TrialEnd.DIVERGED
    assert all(torch.isfinite(weight).all() for weight in load_file(job.checkpoint / "model.safetensors").values())


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (torch.OutOfMemoryError, "CUDA out of memory. Tried to allocate 2 GiB"),
        (MemoryError, ""),
        (RuntimeError, "[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"),
    ],
)
def test_no_memory_left_is_an_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type[Exception], said: str
) -> None:
    def short_of_memory(model, tokens, mask, dtype):
        raise kind(said)

    monkeypatch.setattr(compute, "logits_of", short_of_memory)
    (last,) = run(toy_job(tmp_path))
    assert last.end is TrialEnd.OUT_OF_MEMORY
    assert last.cause


def test_memory_that_the_system_does_not_have_is_out_of_memory(tmp_path: Path) -> None:
    data = replace(DATA, vocabulary_size=2**44)
    (last,) = list(run_trial(toy_job(tmp_path), data))
    assert last.end is TrialEnd.OUT_OF_MEMORY


def test_a_bug_is_an_end_with_its_traceback_and_the_evaluations_before_it_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trial = run_trial(toy_job(tmp_path, toy_point("bert/cls")), DATA)
    assert next(trial).end is None

    def broken(model, tokens, mask, dtype):
        raise KeyError("a bug")

    monkeypatch.setattr(compute, "logits_of", broken)
    (last,) = list(trial)
    assert last.end is TrialEnd.ERROR
    assert "Traceback" in last.cause and "KeyError: 'a bug'" in last.cause


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"budget_examples": 80}, "budget_examples must be at least 81, not 80"),
        ({"precision": "fp8"}, "precision must be one of auto, fp32, bf16, not 'fp8'"),
        ({"point": toy_point("bert/mean")}, "There is no pooling of 'bert' 'mean'"),
    ],
)
def test_a_job_that_cannot_run_says_why(tmp_path: Path, fields: dict[str, object], said: str) -> None:
    (last,) = run(toy_job(tmp_path, **fields))
    assert last.end is TrialEnd.ERROR
    assert said in last.cause


def test_bf16_trains(tmp_path: Path) -> None:
    reports = run(toy_job(tmp_path, precision="bf16"))
    assert reports[-1].end is TrialEnd.COMPLETED
    assert reports[-1].evaluation.train_loss < reports[0].evaluation.train_loss


def test_bf16_scores_as_fp32_does(tmp_path: Path) -> None:
    """Over some seeds the means differ by less than the seeds do."""
    losses = {
        precision: [
            run(toy_job(tmp_path / f"{precision}{seed}", precision=precision, seed=seed))[-1].evaluation.metrics[
                "log_loss"
            ]
            for seed in range(4)
        ]
        for precision in ("fp32", "bf16")
    }
    assert abs(mean(losses["bf16"]) - mean(losses["fp32"])) < stdev(losses["fp32"])
