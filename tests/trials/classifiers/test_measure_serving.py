"""Every kind of model tells what it costs in use. What a time is cannot be tested; that there is one can be."""

import math
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from search_spaces import SPACES, LowRank, PretrainedText, Space
from tests.trials.pretrained.checkpoints import save_checkpoint
from tests.trials.toy import LABELS, toy_dataset, toy_job, toy_texts
from trials.classifiers.ensemble import save_ensemble
from trials.classifiers.loaders import load
from trials.classifiers.measure_serving import measure
from trials.data.dataset import Split, TextDataset
from trials.data.encoding.tokenization import encode
from trials.protocol import TrialEnd
from trials.run import run_trial
from trials.serving_costs import SERVING_COSTS

ALL = tuple(SERVING_COSTS)
IN_TORCH = tuple(name for name in ALL if not name.endswith("_int8"))


def texts() -> TextDataset:
    def split(count: int, seed: int) -> Split:
        texts, labels = toy_texts(count, seed)
        return Split(tuple(texts), np.array(labels))

    return TextDataset("toy", LABELS, split(90, 0), split(30, 1), split(3, 2), "f" * 64)


def point_of(space: str, **values: object):
    made = Space(space, SPACES[space])
    return made.replay({**made.defaults(), **values})


@pytest.fixture(params=["encoder", "linear", "probe", "lora"])
def job_and_data(request, tmp_path):
    if request.param == "encoder":
        return toy_job(tmp_path, measures=IN_TORCH), toy_dataset()
    if request.param == "linear":
        return toy_job(tmp_path, point_of("linear"), measures=ALL), texts()
    checkpoint = str(save_checkpoint(tmp_path / "bert"))
    point = point_of(request.param, **{"architecture.checkpoint": checkpoint})
    data = encode(texts(), PretrainedText(checkpoint, 64), 64, None)
    return toy_job(tmp_path, point, measures=IN_TORCH, cache=tmp_path / "cache"), data


def test_each_kind_of_model_is_measured_with_its_first_evaluation_and_keeps_what_was_found(job_and_data):
    job, data = job_and_data
    reports = list(run_trial(job, data))
    assert reports[-1].end is TrialEnd.COMPLETED, reports[-1].cause
    evaluations = [report.evaluation for report in reports if report.evaluation is not None]
    found = [{name: evaluation.metrics[name] for name in job.measures} for evaluation in evaluations]
    assert all(each == found[0] for each in found), "measured once"
    assert all(math.isfinite(value) and value > 0 for value in found[0].values())
    assert found[0]["bytes"] == sum(
        file.stat().st_size
        for file in job.checkpoint.rglob("*")
        if file.is_file() and file.name != "validation.safetensors"
    ), "the files that are handed over"
    assert 0.9 * found[0]["bytes"] > found[0]["parameters"], "a number has more bytes than one"


def test_an_adapter_is_counted_as_it_is_handed_over(tmp_path):
    """Its matrices are part of those of the encoder by then."""
    checkpoint = str(save_checkpoint(tmp_path / "bert"))
    data, job = encode(texts(), PretrainedText(checkpoint, 64), 64, None), toy_job(tmp_path, measures=("parameters",))
    point = point_of("lora", **{"architecture.checkpoint": checkpoint})
    assert isinstance(point.architecture.adapter, LowRank)
    counts = []
    for name, architecture in (("with", point.architecture), ("without", replace(point.architecture, adapter=None))):
        own = replace(job, point=replace(point, architecture=architecture), checkpoint=tmp_path / name)
        counts.append(next(iter(run_trial(own, data))).evaluation.metrics["parameters"])
    assert counts[0] == counts[1]


@pytest.mark.slow
def test_a_model_with_tokens_is_measured_as_it_is_when_it_is_exported(tmp_path):
    job = toy_job(tmp_path, measures=ALL)
    reports = list(run_trial(job, toy_dataset()))
    assert reports[-1].end is TrialEnd.COMPLETED, reports[-1].cause
    found = next(report.evaluation.metrics for report in reports if report.evaluation is not None)
    assert all(math.isfinite(found[name]) and found[name] > 0 for name in ALL)


def test_a_trial_that_goes_on_keeps_what_was_measured_and_learns_the_same(tmp_path, monkeypatch):
    plain = [report.evaluation for report in run_trial(toy_job(tmp_path / "plain"), toy_dataset())]
    job, data = toy_job(tmp_path, measures=("latency_ms", "bytes")), toy_dataset()
    trial = run_trial(job, data)
    first = next(trial).evaluation
    next(trial)
    trial.close()
    monkeypatch.setattr("trials.workflows.course.measure", None)  # nothing may be measured again
    rest = [report.evaluation for report in run_trial(replace(job, told=9), data)]
    assert [each.step for each in rest] == [27, 54, 81]
    assert all(each.metrics["latency_ms"] == first.metrics["latency_ms"] for each in rest)
    assert rest[-1].metrics["log_loss"] == plain[-1].metrics["log_loss"], "random numbers go on as if nothing had been"


def test_nothing_is_measured_that_nobody_asks_for(tmp_path):
    assert SERVING_COSTS.keys().isdisjoint(next(iter(run_trial(toy_job(tmp_path), toy_dataset()))).evaluation.metrics)
    assert measure((), tmp_path / "nowhere", ()) == {}


def test_what_members_of_an_ensemble_share_counts_once(tmp_path):
    """Both probes link to the files of one encoder; the linear model counts its weights alone, as its trial does."""
    checkpoint = str(save_checkpoint(tmp_path / "bert"))
    data = encode(texts(), PretrainedText(checkpoint, 64), 64, None)
    points = {
        name: point_of("probe", **{"architecture.checkpoint": checkpoint, "classifier.hidden": 0}) for name in "ab"
    }
    jobs = {
        name: toy_job(tmp_path / name, point, measures=("parameters", "bytes"), cache=tmp_path / "cache")
        for name, point in {**points, "linear": point_of("linear")}.items()
    }
    costs = {}
    for name, job in jobs.items():
        told = list(run_trial(job, texts() if name == "linear" else data))[-1]
        costs[name] = told.evaluation.metrics
    save_ensemble(tmp_path / "both", LABELS, {name: (job.checkpoint, 1 / 3) for name, job in jobs.items()})
    found = measure(("parameters", "bytes"), tmp_path / "both", ())
    head = load(jobs["b"].checkpoint).head.parameters
    assert found["parameters"] == costs["a"]["parameters"] + head + costs["linear"]["parameters"]
    weights = sum(file.stat().st_size for file in Path(checkpoint).glob("*.safetensors"))
    facts = sum(file.stat().st_size for file in (tmp_path / "both").glob("*.json"))
    assert found["bytes"] == sum(each["bytes"] for each in costs.values()) - weights + facts
    copy = tmp_path / "copy"
    shutil.copytree(tmp_path / "both", copy)
    again = measure(("parameters",), copy, ())
    assert again["parameters"] > found["parameters"], "of a copy that has the weights twice all are counted"
