import json
import shlex
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from automl.cli import run_jobs
from automl.config.schema import Experiment
from automl.core.errors import UsageError
from automl.core.workspace import Workspace
from automl.jobs.job_client import Job

BEGAN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
DONE = Job("raysubmit_1", "a study", "SUCCEEDED", BEGAN, BEGAN + timedelta(minutes=3), "")
RUNS = replace(DONE, study="other", state="RUNNING", ended=None, message="first line\nsecond line")
WAITS = replace(DONE, study="later", state="PENDING", began=None, ended=None)


@pytest.fixture
def cluster(monkeypatch):
    """A cluster's jobs, and what was asked of it."""

    class Client:
        jobs: tuple[Job, ...] = (DONE, RUNS, WAITS)
        asked: list[object]

        def __init__(self, address):
            self.address = address

        def all(self):
            return list(self.jobs)

        def of(self, study):
            return next(job for job in self.jobs if job.study == study)

        def submit(self, study, words, folder=None):
            self.asked.append((study, list(words)))
            return "raysubmit_9"

        def stop(self, job):
            self.asked.append(job.study)

        def log(self, job):
            return "all of it\n"

        def followed(self, job):
            yield from ("one", " two\n")

    Client.asked = []
    monkeypatch.setattr(run_jobs, "JobClient", Client)
    monkeypatch.delenv("RAY_API_SERVER_ADDRESS", raising=False)
    return Client


def test_jobs_are_listed_for_people_and_for_programs(cluster, capsys):
    run_jobs.show_jobs(None, "head", json=False)
    lines = capsys.readouterr().out.splitlines()
    assert any("a study" in line and "succeeded" in line and "3 min" in line for line in lines)
    assert any("other" in line and "first line" in line for line in lines)
    assert not any("second line" in line for line in lines)
    run_jobs.show_jobs("later", "head", json=True)
    (job,) = json.loads(capsys.readouterr().out)
    assert (job["study"], job["state"], job["began"], job["ended"]) == ("later", "pending", None, None)
    cluster.jobs = ()
    run_jobs.show_jobs(None, "head", json=False)
    assert "No search has been submitted to http://head yet." in capsys.readouterr().out


def test_a_job_that_is_over_is_not_stopped(cluster, capsys):
    run_jobs.cancel_job("a study", "head")
    assert "is not being searched: its job has succeeded" in capsys.readouterr().out
    assert cluster.asked == []
    run_jobs.cancel_job("other", "head")
    assert cluster.asked == ["other"]


def test_commands_to_go_on_with_can_be_pasted_whatever_the_study_is_called(cluster, capsys):
    run_jobs.submit_resume("it's a study", Workspace(Path("runs")), "+5", None, None, "http://head", json=False)
    ((study, words),) = cluster.asked
    assert study == "it's a study"
    assert words[:2] == ["resume", "it's a study"] and words[-2:] == ["--trials", "+5"]
    told = [shlex.split(line) for line in capsys.readouterr().out.splitlines() if line.startswith("  automl ")]
    assert told == [["automl", "logs", study, "--follow"], ["automl", "status"], ["automl", "cancel", study]]
    cluster.jobs = (replace(RUNS, study=study),)
    run_jobs.cancel_job(study, "head")
    said = capsys.readouterr().out
    assert shlex.split(said.partition("to end: ")[2]) == ["automl", "logs", study, "--follow"]


def test_what_a_job_would_not_find_or_show_to_others_is_refused(cluster):
    place = Workspace(Path("runs"))
    with pytest.raises(UsageError, match="leave the address out"):
        run_jobs.submit_resume("s", place, None, None, "head:6379", "http://head", json=False)
    secret = replace(place, storage="postgresql+psycopg://me:secret@db/studies")
    with pytest.raises(UsageError) as failure:
        run_jobs.submit_resume("s", secret, None, None, None, "http://head", json=False)
    assert "secret" not in str(failure.value)
    assert cluster.asked == []


def test_a_search_is_submitted_with_a_name_and_a_program_is_told_where(cluster, monkeypatch, capsys):
    monkeypatch.setattr(run_jobs, "pack", lambda experiment, folder: None)
    experiment = Experiment(data={"source": "bbc-news"}, study="mine", workspace="/shared/runs")
    run_jobs.submit_search(experiment, "http://head", json=True)
    facts = json.loads(capsys.readouterr().out)
    assert (facts["study"], facts["job"], facts["dashboard"]) == ("mine", "raysubmit_9", "http://head")
    assert cluster.asked == [("mine", ["search"])]


@pytest.mark.parametrize(("follow", "text"), [(True, "one two\n"), (False, "all of it\n")])
def test_a_log_is_printed_as_it_is(cluster, capsys, follow, text):
    run_jobs.show_log("a study", "head", follow=follow)
    assert capsys.readouterr().out == text
