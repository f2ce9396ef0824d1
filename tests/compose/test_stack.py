"""The real stack in real containers: a search on it, what dies in mid-search, and what is there afterwards.

Run by `make test-compose`. Nothing here is quick, so each test looks at much.
"""

import json
import re
import urllib.error
import urllib.request
from base64 import b64encode

import pytest

from tests.compose.images import OURS, megabytes
from tests.compose.stack import Stack
from tests.integration.command import overrides

pytestmark = [pytest.mark.compose, pytest.mark.timeout(1200)]

FAULTED = 5
"""Trials of the search in which everything dies in turn."""

LONG = ("--epochs", 40, "--pruner", "none", *overrides())
"""Trials that take some ten seconds each, or a minute on a busy machine, so that there is a mid-search."""


def trials(stack: Stack, study: str) -> dict[str, int]:
    """How the trials of a study ended, as `automl show` has it."""
    shown = stack.automl("show", study)
    assert shown.returncode == 0, shown.stderr
    ends = re.findall(r"^ *\*? *\d+ +(\w+)", shown.stdout, re.MULTILINE)
    return {end: ends.count(end) for end in set(ends)}


def status(url: str, **headers: str) -> int:
    try:
        return urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=20).status
    except urllib.error.HTTPError as error:
        return error.code


def test_it_comes_up_and_searches(stack, measured):
    measured["size of the image"] = f"{megabytes(OURS)} MB"
    measured["seconds from `up` to all healthy"] = f"{stack.started:.0f}"
    done = stack.automl("search", "/data/reviews.csv", "--study", "first", "--trials", 3, "--epochs", 1, *overrides())
    assert done.returncode == 0, done.stdout + done.stderr
    assert "The search ended: all trials done." in done.stdout
    assert sum(trials(stack, "first").values()) == 3
    assert f"Ray dashboard {stack.dashboard} " in done.stdout, "as a browser on this machine finds it"
    assert stack.automl("ui", "first").stdout.startswith(f"MLflow: {stack.mlflow}/#/experiments/")


def test_whatever_dies_in_mid_search_costs_no_trial(stack, measured):
    """A worker, MLflow and PostgreSQL in turn; and the cluster grows and shrinks."""
    searching = stack.searching("search", "/data/reviews.csv", "--study", "faults", "--trials", FAULTED, *LONG)
    searching.wait_for("trial 1 at 11%")
    stack.kill("ray-worker")
    measured["worker killed: seconds until its trial is preempted"] = f"{searching.wait_for('preempted'):.1f}"
    grown = stack.up(workers=3)
    measured["three workers instead of one: seconds"] = f"{grown:.1f}"

    stack.kill("mlflow")
    searching.wait_for("does not answer")
    measured["MLflow killed: seconds until it is back"] = f"{stack.start('mlflow'):.1f}"

    stack.kill("postgres")
    searching.wait_for("The database of studies does not answer")
    back = stack.start("postgres")
    searching.wait_for("The database of studies is back")
    measured["PostgreSQL killed: seconds until it is back"] = f"{back:.1f}"

    stack.up(workers=1)
    stack.up(workers=2)
    assert searching.end(900) == 0, searching.said
    assert trials(stack, "faults") == {"completed": FAULTED}
    measured["trials lost to a worker, MLflow, PostgreSQL, and to shrinking"] = f"0 of {FAULTED}"


def test_a_head_that_dies_ends_the_search_with_a_word_and_resume_goes_on(stack, measured):
    searching = stack.searching("search", "/data/reviews.csv", "--study", "headless", "--trials", 2, *LONG)
    searching.wait_for("trial 0 at 33%")
    stack.kill("ray-head")
    measured["head killed: seconds until the search says so"] = f"{searching.wait_for('Ray has died', 120):.1f}"
    assert searching.end() in {0, 1}, searching.said
    measured["head started again: seconds until it is healthy"] = f"{stack.start('ray-head'):.1f}"
    resumed = stack.automl("resume", "headless")
    assert resumed.returncode == 0, resumed.stdout + resumed.stderr
    assert "trial 0 at 1%" not in resumed.stdout, "it goes on from its last evaluation"
    assert trials(stack, "headless") == {"completed": 2}


def test_a_submitted_search_runs_on_the_head_and_is_seen_from_the_command_line(stack):
    sent = stack.automl("submit", "search", "/data/reviews.csv", "--trials", 2, "--epochs", 1, *overrides(), "--json")
    assert sent.returncode == 0, sent.stderr
    study = json.loads(sent.stdout)["study"]
    followed = stack.automl("logs", study, "--follow")
    assert "The search ended: all trials done." in followed.stdout, followed.stdout + followed.stderr
    assert sum(trials(stack, study).values()) == 2
    told = json.loads(stack.automl("status", "--json").stdout)
    assert [(job["study"], job["state"]) for job in told] == [(study, "succeeded")]


def test_who_has_no_password_is_let_in_nowhere(stack):
    login = b64encode(f"admin:{stack.settings['MLFLOW_TRACKING_PASSWORD']}".encode()).decode()
    runs = f"{stack.mlflow}/api/2.0/mlflow/experiments/get?experiment_id=0"
    assert (status(runs), status(runs, Authorization=f"Basic {login}")) == (401, 200)
    nodes = f"{stack.dashboard}/nodes?view=summary"
    token = {"Authorization": f"Bearer {stack.settings['RAY_AUTH_TOKEN']}"}
    assert (status(nodes), status(nodes, **token)) == (401, 200)
    words = ("search", "/data/reviews.csv", "--trials", 1, *overrides())
    for wrong, said in (
        ({"RAY_AUTH_TOKEN": "x" * 32}, "this process, which needs its token"),
        ({"AUTOML_STORAGE_URL": "postgresql+psycopg://automl:wrong@postgres/studies"}, "password"),
    ):
        refused = stack.automl(*words, **wrong)
        assert refused.returncode == 2, refused.stdout + refused.stderr
        assert said in refused.stderr
        assert "Traceback" not in refused.stderr


def test_nothing_is_lost_when_the_whole_stack_starts_anew(stack, measured):
    before = stack.automl("studies").stdout
    assert "first" in before
    stack.down()
    measured["seconds from `up` to all healthy, second time"] = f"{stack.up():.0f}"
    assert stack.automl("studies").stdout == before
    predicted = stack.automl("predict", "/workspace/runs/first/best", "--input", "/data/reviews.csv")
    assert predicted.returncode == 0, predicted.stderr
    assert len(predicted.stdout.splitlines()) == 1501
    checked = stack.automl("doctor")
    assert checked.returncode == 0, checked.stdout
