"""A trial that is cut off goes on as if nothing had been."""

from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from tests.trials.toy import toy_dataset, toy_job, toy_point
from trials.classifiers.model_checkpoint import ModelCheckpoint
from trials.files.state_file import FILE
from trials.protocol import EVALUATION_STEPS, TrialEnd, TrialJob, TrialReport
from trials.run import run_trial
from trials.training.state.report_history import ReportHistory
from trials.training.state.training_state import TrainingState

DATA = toy_dataset()
ENCODERS = ("modernbert/mean", "bert/cls", "roformer/cls")


def dropping_point(encoder: str):
    """A point whose training draws random numbers at every step, and whose last model is not its best."""
    point = toy_point(encoder, learning_rate=2e-2, schedule="constant")
    architecture = replace(point.architecture, hidden_dropout=0.1, attention_dropout=0.1, classifier_dropout=0.1)
    return replace(point, architecture=architecture)


def run(job: TrialJob, evaluations: int = 9) -> list[TrialReport]:
    """The reports of a trial that is dropped after some."""
    trial = run_trial(job, DATA)
    reports = [report for _, report in zip(range(evaluations), trial, strict=False)]
    trial.close()
    return reports


def outcome(reports: list[TrialReport]) -> list[object]:
    """All that must be equal: everything but the clock."""
    return [(replace(report.evaluation, seconds=0.0), report.end, report.cost.examples) for report in reports]


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module", params=ENCODERS)
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    """A job, and the reports, model and last state of its trial when nothing cuts it off."""
    job = toy_job(tmp_path_factory.mktemp("whole"), dropping_point(request.param), metric="log_loss")
    return job, run(job), files(job.checkpoint), load_file(job.state / FILE)


@pytest.mark.parametrize("stop", [1, 2, 3, 4])
def test_a_trial_that_goes_on_is_equal_bit_by_bit(tmp_path: Path, whole, stop: int) -> None:
    job, reports, model, state = whole
    job = replace(job, checkpoint=tmp_path / "checkpoint", state=tmp_path / "state")
    before = run(job, stop)
    torch.rand(stop)  # another process, whose generators are elsewhere
    after = run(replace(job, told=EVALUATION_STEPS[stop - 1]))
    assert outcome(before) + outcome(after) == outcome(reports)
    assert files(job.checkpoint) == model
    found = load_file(job.state / FILE)
    assert found.keys() == state.keys()
    assert all(torch.equal(found[name], state[name]) for name in state)
    seconds = [report.evaluation.seconds for report in before + after]
    assert seconds == sorted(seconds)


@pytest.mark.parametrize("stop", [1, 3])
def test_what_was_saved_but_not_told_is_told_first(tmp_path: Path, whole, stop: int) -> None:
    job, reports, model, _ = whole
    job = replace(job, checkpoint=tmp_path / "checkpoint", state=tmp_path / "state")
    before = run(job, stop)
    after = run(replace(job, told=(0, *EVALUATION_STEPS)[stop - 1]))
    assert after[0] == before[-1]
    assert outcome(before[:-1]) + outcome(after) == outcome(reports)
    assert files(job.checkpoint) == model


def test_cut_off_again_and_again(tmp_path: Path, whole) -> None:
    job, reports, model, _ = whole
    job = replace(job, checkpoint=tmp_path / "checkpoint", state=tmp_path / "state")
    found = [run(replace(job, told=told), 1)[0] for told in (0, *EVALUATION_STEPS[:-1])]
    assert outcome(found) == outcome(reports)
    assert files(job.checkpoint) == model


@pytest.mark.parametrize("cut", [(ModelCheckpoint, "save", 4), (TrainingState, "save", 3)], ids=["model", "state"])
def test_a_kill_right_after_a_model_or_before_its_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cut: tuple[type, str, int]
) -> None:
    """The first leaves the model of an evaluation that nobody has heard of."""
    kind, name, number = cut
    job = toy_job(tmp_path, toy_point(learning_rate=3e-3, schedule="constant"), budget_examples=600, metric="log_loss")
    reports = run(replace(job, checkpoint=tmp_path / "whole", state=tmp_path / "whole state"))
    assert sum(report.evaluation.is_best for report in reports) >= 4
    save, calls = getattr(kind, name), count(1)

    def killed(self, *arguments: object) -> None:
        last = next(calls) == number
        if kind is ModelCheckpoint or not last:
            save(self, *arguments)
        if last:
            raise KeyboardInterrupt

    found: list[TrialReport] = []
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(kind, name, killed)
        found.extend(run_trial(job, DATA))
    found += run(replace(job, told=found[-1].evaluation.step))
    assert outcome(found) == outcome(reports)
    assert files(job.checkpoint) == files(tmp_path / "whole")


def test_the_last_model_without_its_report_is_made_again(tmp_path: Path) -> None:
    """The last evaluation has no state of its own: the one before it is still there."""
    job = toy_job(tmp_path)
    reports = run(job)
    again = run(replace(job, told=54))
    assert outcome(again) == outcome(reports)[-1:]
    assert again[-1].end is TrialEnd.COMPLETED


def test_the_cost_counts_on(tmp_path: Path) -> None:
    job = toy_job(tmp_path, batch_parts=2)
    before = run(job, 3)[-1].cost
    after = run(replace(job, told=27, batch_parts=1))[-1].cost
    assert (before.batch_parts, after.batch_parts) == (2, 2)
    assert after.examples == 400
    assert after.seconds > before.seconds
    assert after.examples_per_second < 400 / (before.examples / before.examples_per_second)


@pytest.mark.parametrize(
    "change",
    [{"seed": 8}, {"budget_examples": 500}, {"metric": "accuracy"}, {"point": toy_point(learning_rate=2e-3)}],
)
def test_the_state_of_another_trial_is_not_used(tmp_path: Path, change: dict[str, object]) -> None:
    job = toy_job(tmp_path)
    run(job, 3)
    other = replace(job, **change)
    alone = run(replace(other, checkpoint=tmp_path / "alone", state=tmp_path / "alone state"))
    assert outcome(run(other)) == outcome(alone)


def test_other_data_begin_again(tmp_path: Path) -> None:
    job = toy_job(tmp_path)
    run(job, 3)
    labels = DATA.train.labels[::-1].copy()
    data = replace(DATA, train=replace(DATA.train, labels=labels))
    assert [report.evaluation.step for report in run_trial(replace(job, told=27), data)] == list(EVALUATION_STEPS)


def remove_it(job: TrialJob) -> None:
    (job.state / FILE).unlink()


def cut_it(job: TrialJob) -> None:
    whole = (job.state / FILE).read_bytes()
    (job.state / FILE).write_bytes(whole[:-100])


def change_a_bit(job: TrialJob) -> None:
    whole = bytearray((job.state / FILE).read_bytes())
    whole[-100] ^= 1
    (job.state / FILE).write_bytes(whole)


@pytest.mark.parametrize("spoil", [remove_it, cut_it, change_a_bit])
def test_without_a_whole_state_a_trial_begins_again(tmp_path: Path, spoil) -> None:
    job = toy_job(tmp_path)
    reports = run(job)
    spoil(job)
    assert outcome(run(replace(job, told=54))) == outcome(reports)


def test_without_its_model_a_state_is_worth_nothing(tmp_path: Path) -> None:
    job = toy_job(tmp_path)
    reports = run(job)
    (job.checkpoint / "model.safetensors").unlink()
    assert outcome(run(replace(job, best=1.0))) == outcome(reports)


def test_another_version_s_weights_begin_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trials.workflows.course.identity_of", lambda job, data: "the same")
    job = toy_job(tmp_path)
    run(job, 3)
    other = replace(job, point=toy_point("bert/cls", learning_rate=3e-3))
    alone = run(replace(other, checkpoint=tmp_path / "alone", state=tmp_path / "alone state"))
    assert outcome(run(replace(other, told=27))) == outcome(alone)


def test_another_version_s_records_begin_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = toy_job(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(
            ReportHistory, "to_json", lambda self: {"best": None, "evaluations": [{"epoch": 1}], "costs": [{}]}
        )
        run(job, 3)
    assert [report.evaluation.step for report in run(replace(job, told=27))] == list(EVALUATION_STEPS)


LEFT = b"the model of an earlier try"


def left_behind(folder: Path) -> TrialJob:
    """A job whose model of an earlier try is there, while its state is lost. `log_loss` is to be small."""
    job = toy_job(folder, metric="log_loss")
    run(job)
    (job.state / FILE).unlink()
    (job.checkpoint / "model.safetensors").write_bytes(LEFT)
    return job


def bests(reports: list[TrialReport]) -> list[bool]:
    return [report.evaluation.is_best for report in reports]


def test_from_zero_a_better_model_takes_the_place_but_never_that_of_a_first_look(tmp_path: Path) -> None:
    fresh = bests(run(toy_job(tmp_path / "fresh", metric="log_loss")))
    job = left_behind(tmp_path)
    assert bests(run(replace(job, best=1e9, told=54))) == [False, *fresh[1:]]
    assert files(job.checkpoint) == files(tmp_path / "fresh" / "checkpoint")


def test_from_zero_no_worse_model_takes_the_place(tmp_path: Path) -> None:
    job = replace(left_behind(tmp_path), best=-1.0)
    assert bests(run(job, 3)) == [False] * 3
    assert bests(run(replace(job, told=27, best=None))) == [False] * 2  # the state knows
    assert (job.checkpoint / "model.safetensors").read_bytes() == LEFT
