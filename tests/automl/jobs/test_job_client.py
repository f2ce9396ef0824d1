"""What is said of a cluster's jobs, by a client that stands for Ray's; the real one is met in tests/integration."""

from types import SimpleNamespace

import pytest

from automl.core.errors import UsageError
from automl.jobs.job_client import STUDY, JobClient
from automl.jobs.ray_dashboard import dashboard_address


def found(job_id, study, began, state="RUNNING"):
    metadata = {} if study is None else {STUDY: study}
    status = SimpleNamespace(value=state)
    times = {"start_time": began, "end_time": None}
    return SimpleNamespace(submission_id=job_id, job_id=None, metadata=metadata, status=status, message="", **times)


class NoEntry(Exception):
    """Stands for Ray's."""


class Client:
    """Answers as Ray's does."""

    def __init__(self, *jobs):
        self.jobs = list(jobs)
        self.said = ""

    def list_jobs(self):
        return self.jobs

    def get_job_logs(self, job_id):
        return self.said


@pytest.fixture
def cluster():
    def make(*jobs):
        made = object.__new__(JobClient)
        made.address, made._client, made._no_entry = "http://head:8265", Client(*jobs), NoEntry
        return made

    return make


def test_jobs_that_are_no_searches_of_ours_are_left_out_and_the_latest_comes_first(cluster):
    jobs = cluster(found("a", "old", 1000), found("b", None, 3000), found("c", "new", 2000))
    assert [job.study for job in jobs.all()] == ["new", "old"]


def test_of_two_jobs_of_one_study_the_latest_is_meant(cluster):
    jobs = cluster(found("a", "s", 1000, "FAILED"), found("b", "s", 2000))
    assert jobs.of("s").id == "b"
    assert jobs.of("a").is_over


def test_a_study_that_was_not_submitted_is_refused_with_those_that_were(cluster):
    with pytest.raises(UsageError, match=r"There is no submitted study 'bcb'\. Did you mean 'bbc'"):
        cluster(found("a", "bbc", 1000)).of("bcb")


def test_one_that_has_not_begun_is_the_latest(cluster):
    assert cluster(found("a", "s", 1000), found("b", "s", None, "PENDING")).of("s").id == "b"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ConnectionError("refused"), "must answer at http://head:8265, but nothing does"),
        (NoEntry("401"), "this process, which needs its token"),
        (RuntimeError("Request failed with status code 500"), "failed to do this: Request failed"),
    ],
)
def test_what_goes_wrong_on_the_way_is_told_in_our_words(cluster, error, said):
    jobs = cluster()

    def fail():
        raise error

    jobs._client.list_jobs = fail
    with pytest.raises(UsageError, match=said):
        jobs.all()


def test_a_log_is_followed_to_its_last_word(cluster):
    """The last word comes right before the end, between two looks."""
    jobs = cluster(found("a", "s", 1000))
    job, client, looks = jobs.of("s"), jobs._client, iter(["RUNNING", "SUCCEEDED"])
    client.said = "one "

    def look():
        if (state := next(looks)) == "SUCCEEDED":
            client.said = "one two"
        return [found("a", "s", 1000, state)]

    client.list_jobs = look
    assert "".join(jobs.followed(job, lambda seconds: None)) == "one two"


@pytest.mark.parametrize(
    ("given", "variable", "address"),
    [
        ("head:8265", None, "http://head:8265"),
        ("https://head/ray/", "http://other:1", "https://head/ray"),
        (None, "http://other:1", "http://other:1"),
        (None, None, "http://127.0.0.1:8265"),
    ],
)
def test_an_address_comes_from_the_option_the_environment_or_this_machine(given, variable, address, monkeypatch):
    if variable is None:
        monkeypatch.delenv("RAY_API_SERVER_ADDRESS", raising=False)
    else:
        monkeypatch.setenv("RAY_API_SERVER_ADDRESS", variable)
    assert dashboard_address(given) == address
