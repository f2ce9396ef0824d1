"""Trials in a pack against the same trials alone: the same reports, models and states, and every end of a member."""

import json
import warnings
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from transformers import BertConfig, pipeline

from search_spaces import LowRank, Pretrained, PretrainedText
from tests.trials.pretrained.checkpoints import BERT_SIZES, save_checkpoint
from tests.trials.toy import toy_dataset, toy_job, toy_point
from trials.protocol import BUDGET_STEPS, TrialEnd
from trials.run import run_trial
from trials.tasks import TASKS
from trials.training import TrainingState
from trials.training.packs import pack as pack_module
from trials.workflows import PackRun, pack_run

DATA = toy_dataset()
RATES = (3e-3, 1e-3, 6e-3)
LARGER = {"vocab_size": DATA.vocabulary_size, "max_position_embeddings": DATA.max_length, "num_hidden_layers": 2}


@pytest.fixture(autouse=True)
def slow_kernels_are_fine():
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*performance drop")
        yield


def still(point, **optimizer):
    """A point whose training draws no random numbers, of which each member would draw others than alone."""
    architecture = replace(point.architecture, hidden_dropout=0.0, attention_dropout=0.0, classifier_dropout=0.0)
    return replace(point, architecture=architecture, optimizer=replace(point.optimizer, **optimizer))


def jobs_in(folder, rates=RATES, point=None, **fields):
    point = point or toy_point()
    return [
        replace(toy_job(folder / str(number), still(point, learning_rate=rate), **fields), number=number)
        for number, rate in enumerate(rates)
    ]


def rest_of(run):
    """The reports of each trial until all have ended."""
    told = {}
    while reports := run.next_reports().reports:
        for each in reports:
            told.setdefault(each.number, []).append(each.report)
    return told


def assert_same(found, alone):
    assert [report.end for report in found] == [report.end for report in alone]
    for mine, other in zip(found, alone, strict=True):
        own, its = mine.evaluation, other.evaluation
        assert (own.step, own.examples, own.is_best) == (its.step, its.examples, its.is_best)
        assert own.train_loss == pytest.approx(its.train_loss, rel=1e-4)
        assert own.learning_rate == pytest.approx(its.learning_rate)
        assert own.metrics["auroc"] == pytest.approx(its.metrics["auroc"], abs=0.01), "rounding may swap two texts"
        assert {**own.metrics, "auroc": 0.0} == pytest.approx({**its.metrics, "auroc": 0.0}, abs=1e-4)
        assert own.temperature == pytest.approx(its.temperature, rel=1e-3)


def test_members_report_what_they_would_report_alone(tmp_path):
    found = rest_of(PackRun(jobs_in(tmp_path / "pack"), DATA, 3))
    assert sorted(found) == [0, 1, 2]
    for job in jobs_in(tmp_path / "alone"):
        assert_same(found[job.number], list(run_trial(job, DATA)))
        together, alone = (
            load_file(tmp_path / kind / f"{job.number}/checkpoint/model.safetensors") for kind in ("pack", "alone")
        )
        for name, weight in alone.items():
            torch.testing.assert_close(together[name], weight, rtol=1e-3, atol=1e-4, msg=name)


def test_the_costs_of_members_say_how_many_they_were(tmp_path):
    found = rest_of(PackRun(jobs_in(tmp_path), DATA, 3))
    assert found[0][0].cost.members == pytest.approx(3, abs=0.5)
    assert next(run_trial(jobs_in(tmp_path / "alone")[0], DATA)).cost.members == 1
    assert found[0][-1].cost.examples == 400
    assert found[0][-1].cost.parameters > 0


def test_each_model_is_saved_with_its_own_dropout_and_can_be_loaded(tmp_path):
    jobs = jobs_in(tmp_path, RATES[:2])
    architecture = replace(jobs[1].point.architecture, hidden_dropout=0.25, classifier_dropout=0.1)
    jobs[1] = replace(jobs[1], point=replace(jobs[1].point, architecture=architecture))
    rest_of(PackRun(jobs, DATA, 2))
    configs = [json.loads((job.checkpoint / "config.json").read_text()) for job in jobs]
    assert [config["mlp_dropout"] for config in configs] == [0.0, 0.25]
    assert [config["classifier_dropout"] for config in configs] == [0.0, 0.1]
    alone = toy_job(tmp_path / "alone", jobs[1].point)
    list(run_trial(alone, DATA))
    assert configs[1] == json.loads((alone.checkpoint / "config.json").read_text())
    assert pipeline("text-classification", model=str(jobs[1].checkpoint))("ball")[0]["label"] in DATA.label_names


def test_a_member_that_diverges_ends_and_no_other_one_notices(tmp_path):
    found = rest_of(PackRun(jobs_in(tmp_path / "pack", (3e-3, 1e30, 1e-3)), DATA, 3))
    assert found[1][-1].end is TrialEnd.DIVERGED
    assert "no longer finite" in found[1][-1].cause
    for number in (0, 2):
        alone = jobs_in(tmp_path / "alone", (3e-3, 1e30, 1e-3))[number]
        assert_same(found[number], list(run_trial(alone, DATA)))


def test_a_member_whose_code_fails_ends_alone(tmp_path, monkeypatch):
    jobs = jobs_in(tmp_path, RATES[:2])
    jobs[0] = replace(jobs[0], metric="no such metric")
    found = rest_of(PackRun(jobs, DATA, 2))
    assert found[0][-1].end is TrialEnd.ERROR
    assert "no such metric" in found[0][-1].cause
    assert found[1][-1].end is TrialEnd.COMPLETED


def test_a_member_leaves_another_one_joins_and_each_learns_what_it_learns_alone(tmp_path):
    jobs = jobs_in(tmp_path / "pack")
    run = PackRun(jobs[:2], DATA, 2)
    told = {number: [] for number in range(3)}
    first = run.next_reports().reports
    assert {each.number for each in first} == {0, 1}
    run.change([1], [jobs[2]], 2)
    for each in first:
        told[each.number].append(each.report)
    for number, reports in rest_of(run).items():
        told[number] += reports
    assert told[1][-1].end is None, "the manager has ended it, so it says nothing"
    for number in (0, 2):
        assert_same(told[number], list(run_trial(jobs_in(tmp_path / "alone")[number], DATA)))


def test_a_pack_of_which_half_has_left_becomes_smaller_and_goes_on(tmp_path):
    jobs = jobs_in(tmp_path / "pack", (*RATES, 2e-3))
    run = PackRun(jobs, DATA, 4)
    first = {each.number: [each.report] for each in run.next_reports().reports}
    run.change([0, 2], [], 2)
    rest = rest_of(run)
    assert run._pack.free == 2, "those that ended at last"
    for number in (1, 3):
        alone = jobs_in(tmp_path / "alone", (*RATES, 2e-3))[number]
        assert_same(first[number] + rest[number], list(run_trial(alone, DATA)))


def test_interrupted_members_resume_in_a_pack_or_alone_as_if_nothing_had_happened(tmp_path):
    jobs = jobs_in(tmp_path / "pack")
    run, told = PackRun(jobs, DATA, 3), {number: [] for number in range(3)}
    for _ in range(3):
        for each in run.next_reports().reports:
            told[each.number].append(each.report)
    run.close()
    steps = {number: reports[-1].evaluation.step for number, reports in told.items()}
    resumed = [replace(job, told=steps[job.number]) for job in jobs]
    rest = rest_of(PackRun(resumed[:2], DATA, 2)) | {2: list(run_trial(resumed[2], DATA))}
    for job in jobs_in(tmp_path / "alone"):
        assert_same(told[job.number] + rest[job.number], list(run_trial(job, DATA)))


def test_states_that_take_long_to_write_are_saved_less_often_and_still_resumed_from(tmp_path, monkeypatch):
    monkeypatch.setattr("trials.workflows.course.BYTES_PER_SECOND", 1.0)
    now, saved, save = iter(range(10**6)), [], TrainingState.save
    monkeypatch.setattr("trials.training.cost_meter.time", SimpleNamespace(perf_counter=lambda: 1e5 * next(now)))

    def noted(state, history):
        saved.append(history.step)
        save(state, history)

    monkeypatch.setattr(TrainingState, "save", noted)
    jobs = jobs_in(tmp_path / "pack", RATES[:2])
    run, told = PackRun(jobs, DATA, 2), {number: [] for number in range(2)}
    while not saved or told[0][-1].evaluation.step <= max(saved):
        for each in run.next_reports().reports:
            told[each.number].append(each.report)
    run.close()
    steps = {number: reports[-1].evaluation.step for number, reports in told.items()}
    monkeypatch.undo()
    rest = rest_of(PackRun([replace(job, told=steps[job.number]) for job in jobs], DATA, 2))
    for job in jobs_in(tmp_path / "alone", RATES[:2]):
        whole = {report.evaluation.step: report for report in (*told[job.number], *rest[job.number])}
        assert_same([whole[step] for step in sorted(whole)], list(run_trial(job, DATA)))


def test_a_trial_that_began_alone_resumes_in_a_pack(tmp_path):
    job, mate = jobs_in(tmp_path / "pack", RATES[:2])
    alone = run_trial(job, DATA)
    first = next(alone)
    alone.close()
    found = rest_of(PackRun([replace(job, told=first.evaluation.step), mate], DATA, 2))
    assert_same([first, *found[0]], list(run_trial(jobs_in(tmp_path / "alone")[0], DATA)))


def test_where_memory_is_short_half_of_the_members_are_requeued_and_the_others_lose_nothing(tmp_path, monkeypatch):
    make_step, jobs = pack_module.StaticSteps.run, jobs_in(tmp_path / "pack", (*RATES, 2e-3))

    def scarce(self, longest):
        return len(self._step.total) <= 2 and make_step(self, longest)

    monkeypatch.setattr(pack_module.StaticSteps, "run", scarce)
    run = PackRun(jobs, DATA, 4)
    first = run.next_reports()
    assert first.most_members == 2
    assert "memory does not suffice for 4 models at once" in first.why
    ends = {each.number: each.report.end for each in first.reports}
    assert ends == {2: TrialEnd.PREEMPTED, 3: TrialEnd.PREEMPTED}
    rest = rest_of(run)
    for number in (0, 1):
        assert_same(rest[number], list(run_trial(jobs_in(tmp_path / "alone", (*RATES, 2e-3))[number], DATA)))


def test_members_for_which_there_is_no_memory_at_the_start_are_requeued_for_half_as_large_a_pack(tmp_path, monkeypatch):
    def full(*arguments):
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(pack_run, "Pack", full)
    run = PackRun(jobs_in(tmp_path, (*RATES, 2e-3)), DATA, 4)
    reports = run.next_reports()
    assert [each.report.end for each in reports.reports] == [TrialEnd.PREEMPTED] * 4
    assert (reports.most_members, reports.why) == (2, "memory does not suffice for 4 models at once")


def test_a_step_that_fails_within_its_update_costs_no_member_a_batch(tmp_path, monkeypatch):
    jobs, calls = jobs_in(tmp_path / "pack"), []
    update = pack_module.PackStep.update

    def scarce(self, losses):
        calls.append(1)
        if len(calls) == 9:
            raise torch.OutOfMemoryError("CUDA out of memory")
        update(self, losses)

    monkeypatch.setattr(pack_module.PackStep, "update", scarce)
    run, told = PackRun(jobs, DATA, 3), {number: [] for number in range(3)}
    while (reports := run.next_reports()).most_members is None:
        for each in reports.reports:
            told[each.number].append(each.report)
    assert reports.most_members == 1
    assert {each.report.end for each in reports.reports} == {TrialEnd.PREEMPTED}
    steps = {number: before[-1].evaluation.step for number, before in told.items()}
    rest = rest_of(PackRun([replace(job, told=steps[job.number]) for job in jobs], DATA, 3))
    for job in jobs_in(tmp_path / "alone"):
        assert_same(told[job.number] + rest[job.number], list(run_trial(job, DATA)))


def test_a_member_that_had_to_split_its_batches_does_not_make_others_do_so(tmp_path):
    jobs = jobs_in(tmp_path, RATES[:2])
    alone = run_trial(replace(jobs[0], batch_parts=2), DATA)
    first = next(alone)
    alone.close()
    found = rest_of(PackRun([replace(jobs[0], told=first.evaluation.step), jobs[1]], DATA, 2))
    assert [reports[0].cost.batch_parts for _, reports in sorted(found.items())] == [2, 1]


def test_the_time_in_a_pack_stays_divided_when_a_member_goes_on_alone(tmp_path):
    jobs = jobs_in(tmp_path)
    run = PackRun(jobs, DATA, 3)
    (first, *_) = run.next_reports().reports
    run.close()
    rest = list(run_trial(replace(jobs[0], told=first.report.evaluation.step), DATA))
    assert 1.0 < rest[-1].cost.members < first.report.cost.members


def test_models_that_cannot_be_one_program_are_requeued_to_run_alone(tmp_path, monkeypatch):
    def fails(self, *arguments):
        raise RuntimeError("vmap: data-dependent control flow")

    monkeypatch.setattr(pack_module.StackedModel, "logits", fails)
    run = PackRun(jobs_in(tmp_path), DATA, 3)
    reports = run.next_reports()
    assert reports.most_members == 1
    assert "cannot be trained as one program" in reports.why
    assert "data-dependent" in reports.why
    assert [each.report.end for each in reports.reports] == [TrialEnd.PREEMPTED] * 3
    assert run.next_reports().reports == ()


@pytest.mark.parametrize("kind", ["whole", "frozen", "adapter"])
def test_members_on_a_pretrained_encoder(tmp_path, kind):
    folder = str(save_checkpoint(tmp_path / "pretrained", BertConfig(**{**BERT_SIZES, **LARGER})))
    adapter = LowRank(rank=2, alpha=4, targets="attention", dropout=0.0) if kind == "adapter" else None
    architecture = Pretrained(folder, 0.5 if kind == "frozen" else 0.0, 0.0, 0.0, 0.0, adapter=adapter)
    base = toy_point(learning_rate=3e-3, head_learning_rate=1e-2, layer_decay=0.8)
    point = replace(base, text=PretrainedText(folder, 24), architecture=architecture)
    found = rest_of(PackRun(jobs_in(tmp_path / "pack", RATES[:2], point), DATA, 2))
    for job in jobs_in(tmp_path / "alone", RATES[:2], point):
        assert_same(found[job.number], list(run_trial(job, DATA)))


def test_the_last_report_is_at_the_full_budget(tmp_path):
    found = rest_of(PackRun(jobs_in(tmp_path, RATES[:2]), DATA, 2))
    assert [found[number][-1].evaluation.step for number in (0, 1)] == [BUDGET_STEPS] * 2


@pytest.mark.parametrize(("balance", "smoothing"), [("weights", 0.1), ("focal", 0.0)])
def test_members_learn_several_labels_a_text_as_they_would_alone(tmp_path, balance, smoothing):
    def several(split):
        sets = np.eye(3, dtype=bool)[split.labels]
        sets[::4, 0] = True
        sets[1::8] = False
        return replace(split, labels=sets)

    data = replace(DATA, train=several(DATA.train), validation=several(DATA.validation))
    point = replace(toy_point(), training=replace(toy_point().training, balance=balance, label_smoothing=smoothing))
    found = rest_of(PackRun(jobs_in(tmp_path / "pack", RATES[:2], point, metric="log_loss"), data, 2))
    for job in jobs_in(tmp_path / "alone", RATES[:2], point, metric="log_loss"):
        for mine, other in zip(found[job.number], run_trial(job, data), strict=True):
            own, its = mine.evaluation, other.evaluation
            assert (mine.end, own.step, own.is_best) == (other.end, its.step, its.is_best)
            assert own.train_loss == pytest.approx(its.train_loss, rel=1e-4)
            assert own.metrics["log_loss"] == pytest.approx(its.metrics["log_loss"], rel=1e-3)
            assert own.metrics == pytest.approx(its.metrics, abs=0.1), "rounding may move a text across a threshold"
    assert len(found[0][-1].evaluation.thresholds) == 3
    config = json.loads((tmp_path / "pack" / "0" / "checkpoint" / "config.json").read_text())
    assert config["problem_type"] == "multi_label_classification"


@pytest.mark.parametrize("name", ["ordinal", "regression"])
def test_members_learn_ranks_and_numbers_as_they_would_alone(tmp_path, name):
    def other(split):
        return replace(
            split, labels=split.labels.astype(np.int32) if name == "ordinal" else 500.0 + 90.0 * split.labels
        )

    names = DATA.label_names if name == "ordinal" else ("score",)
    data = replace(DATA, train=other(DATA.train), validation=other(DATA.validation), label_names=names)
    point = replace(toy_point(), training=replace(toy_point().training, label_smoothing=0.1))
    metric = TASKS[name].default_metric
    found = rest_of(PackRun(jobs_in(tmp_path / "pack", RATES[:2], point, metric=metric), data, 2))
    for job in jobs_in(tmp_path / "alone", RATES[:2], point, metric=metric):
        for mine, alone in zip(found[job.number], run_trial(job, data), strict=True):
            assert (mine.end, mine.evaluation.step) == (alone.end, alone.evaluation.step)
            assert mine.evaluation.train_loss == pytest.approx(alone.evaluation.train_loss, rel=1e-4)
            own, its = mine.evaluation.metrics, alone.evaluation.metrics
            assert own[TASKS[name].loss_metric] == pytest.approx(its[TASKS[name].loss_metric], rel=1e-3)
