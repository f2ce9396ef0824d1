import os
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from automl.core.errors import WorkspaceError
from automl.worker import request_loop
from automl.worker.messages import (
    BeginTrials,
    ChangePack,
    CostsRequest,
    LeaveTrials,
    NextReports,
    PaceRequest,
    ScoreRequest,
)
from automl.worker.request_loop import RequestLoop, serve
from tests.trials.toy import toy_dataset, toy_job
from trials.errors import CheckpointError
from trials.probe.kept_features import kept_or
from trials.protocol import WorkerReports

DATA, OTHER = SimpleNamespace(name="data"), SimpleNamespace(name="other data")


@pytest.fixture
def loop(monkeypatch, tmp_path):
    """A fork whose trials report the number of their job and their data, and note when they are closed."""
    closed = []

    def run(job, data):
        try:
            for step in range(2):
                yield (job.number, data.name, step)
            raise CheckpointError("the disk is full")
        finally:
            closed.append(job.number)

    monkeypatch.setattr(request_loop, "run_trial", run)
    monkeypatch.setattr(os, "environ", {**os.environ})
    made = RequestLoop()
    made.closed = closed
    made.begin = lambda number, data, **environment: made.answer(
        BeginTrials((replace(toy_job(tmp_path), number=number),), 1, data, environment)
    )
    return made


def report_of(loop):
    (told,) = loop.answer(NextReports()).reports
    return told.report


def test_reports_come_one_by_one_and_then_the_error_that_ended_the_trial(loop):
    assert loop.begin(3, DATA) is None
    assert [report_of(loop) for _ in range(2)] == [(3, "data", 0), (3, "data", 1)]
    assert isinstance(loop.answer(NextReports()), CheckpointError)
    assert isinstance(loop.answer(NextReports()), StopIteration)


def test_data_are_kept_for_the_trials_after_and_the_first_one_must_bring_them(loop):
    assert isinstance(loop.begin(1, None), ValueError)
    loop.begin(2, DATA)
    loop.begin(3, None)
    assert report_of(loop)[:2] == (3, "data")
    loop.begin(4, OTHER)
    loop.begin(5, None)
    assert report_of(loop)[:2] == (5, "other data")


def test_a_trial_that_is_left_is_closed_and_reports_no_more(loop):
    loop.begin(1, DATA)
    loop.answer(NextReports())
    assert loop.answer(LeaveTrials()) is None
    assert loop.closed == [1]
    assert isinstance(loop.answer(NextReports()), StopIteration)
    loop.begin(2, None)
    loop.answer(NextReports())
    loop.begin(3, None)
    assert loop.closed == [1, 2], "the next trial takes its memory"


def test_a_trial_has_the_environment_of_its_worker(loop):
    loop.begin(1, DATA, CUDA_VISIBLE_DEVICES="3")
    assert os.environ["CUDA_VISIBLE_DEVICES"] == "3"


def test_a_failure_to_score_or_to_measure_is_an_answer(loop, monkeypatch, tmp_path):
    answer = loop.answer(ScoreRequest(tmp_path / "nowhere", DATA, threads=1))
    assert "nowhere" in str(answer)
    assert "Traceback of the scoring process" in answer.__notes__[0]

    def run_out(*_: object) -> None:
        raise MemoryError("too large")

    monkeypatch.setattr(request_loop, "score", run_out)
    monkeypatch.setattr(request_loop, "measure_pace", run_out)
    assert isinstance(loop.answer(PaceRequest(None, {})), MemoryError)
    told = loop.answer(ScoreRequest(tmp_path, DATA, threads=1))
    assert isinstance(told, WorkspaceError)
    assert "must fit into this machine's memory" in str(told) and "automl resume" in str(told)


def test_costs_are_measured_with_the_threads_and_the_environment_of_a_trial(loop, monkeypatch, tmp_path):
    seen = []

    def measure(*asked):
        seen.append((*asked, os.environ["CUDA_VISIBLE_DEVICES"]))
        return {"bytes": 1.0}

    monkeypatch.setattr(request_loop, "set_up_process", seen.append)
    monkeypatch.setattr(request_loop, "measure", measure)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3")
    request = CostsRequest(("bytes",), tmp_path, ("a text",), 2, {"CUDA_VISIBLE_DEVICES": ""})
    assert loop.answer(request) == {"bytes": 1.0}
    assert seen == [2, (("bytes",), tmp_path, ("a text",), "")]


def test_models_that_are_scored_one_after_the_other_share_what_an_encoder_read(loop, monkeypatch, tmp_path):
    read = []

    def score(folder, split):
        features = kept_or(lambda: read.append(folder) or np.zeros(3), b"encoder", toy_dataset().validation, "fp32")
        return len(features)

    (tmp_path / "config.json").write_text("{}")
    monkeypatch.setattr(request_loop, "score", score)
    for name in ("winner", "second fit"):
        assert loop.answer(ScoreRequest(tmp_path / name, DATA, threads=1)) == 3
    assert read == [tmp_path / "winner"]
    kept_or(lambda: read.append("a trial") or np.zeros(3), b"encoder", toy_dataset().validation, "fp32")
    assert read[1:] == ["a trial"], "trials, whose latency is measured, read for themselves"


def test_a_fork_says_who_it_is_and_ends_with_its_client():
    requests, sent = [LeaveTrials()], []

    def receive():
        if not requests:
            raise EOFError
        return requests.pop()

    serve(SimpleNamespace(send=sent.append, recv=receive))
    assert sent == [os.getpid(), None]


def test_a_pack_is_begun_changed_and_left(loop, monkeypatch, tmp_path):
    calls = []

    class Pack:
        def __init__(self, jobs, data, places):
            calls.append(([job.number for job in jobs], places))

        def next_reports(self):
            return WorkerReports((), 2, "memory is short")

        def change(self, left, joined, places):
            calls.append((left, [job.number for job in joined], places))

        def close(self):
            calls.append("closed")

    monkeypatch.setattr(request_loop, "PackRun", Pack)
    jobs = tuple(replace(toy_job(tmp_path), number=number) for number in range(3))
    assert isinstance(loop.answer(ChangePack((), (), 2)), RuntimeError)
    assert loop.answer(BeginTrials(jobs[:2], 2, toy_dataset(), {})) is None
    assert loop.answer(NextReports()).why == "memory is short"
    assert loop.answer(ChangePack((0,), jobs[2:], 2)) is None
    assert loop.answer(LeaveTrials()) is None
    assert calls == [([0, 1], 2), ((0,), [2], 2), "closed"]
    assert isinstance(loop.answer(NextReports()), StopIteration)


def test_a_pack_needs_tokens(loop, tmp_path):
    assert isinstance(loop.answer(BeginTrials((toy_job(tmp_path),), 2, DATA, {})), TypeError)
