"""A search that is sent to a cluster as a job: it goes on without the shell that sent it."""

import json
import os
import sys
from pathlib import Path

import pytest

from automl.checkpoints.retention import holds_model
from tests.integration.command import automl, overrides, write_reviews
from tests.integration.nodes_here import LOOPBACK
from tests.integration.running import record
from tests.waiting import wait_until


def test_a_cluster_that_is_not_there_is_refused_and_so_is_what_is_wrong_with_the_search(tmp_path):
    write_reviews(tmp_path / "reviews.csv")
    said = automl("submit", "--dashboard", "http://127.0.0.1:1", "search", "reviews.csv", cwd=tmp_path)
    assert (said.returncode, said.stdout) == (2, "")
    assert "the dashboard of a Ray cluster must answer at http://127.0.0.1:1, but nothing does" in said.stderr
    said = automl("submit", "search", "reviews.csv", "--sampler", "tep", "--trials", "0", cwd=tmp_path)
    assert said.returncode == 2
    assert "2 problems" in said.stderr


@pytest.mark.slow
def test_a_submitted_search_ends_without_us_and_is_asked_for_by_its_name(tmp_path, nodes):
    """The head's home is a folder of the test's own, and so is where its jobs find `automl`."""
    home = tmp_path / "home"
    home.mkdir()
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    token = {"RAY_AUTH_TOKEN": "t" * 32, **LOOPBACK}
    cluster = nodes(dashboard=True, HOME=str(home), PATH=path, **token)
    write_reviews(tmp_path / "reviews.csv")
    there = {"RAY_API_SERVER_ADDRESS": cluster.dashboard, **token}
    words = ["search", "reviews.csv", "--trials", 2, "--epochs", 1, *overrides(), "--json"]
    sent = automl("submit", *words, cwd=tmp_path, **there)
    assert sent.returncode == 0, sent.stderr
    study = json.loads(sent.stdout)["study"]

    followed = automl("logs", study, "--follow", cwd=tmp_path, **there)
    assert "The search ended: all trials done." in followed.stdout, followed.stdout + followed.stderr
    (told,) = json.loads(automl("status", "--json", cwd=tmp_path, **there).stdout)
    assert (told["study"], told["state"]) == (study, "succeeded")
    assert len(record(home, study).trials) == 2
    assert holds_model(home / "runs" / study / "best")
    assert (home / "runs" / study / "submitted" / "data" / "source" / "reviews.csv").is_file(), (
        "Ray deletes its own copy"
    )
    assert not (tmp_path / "runs").exists()

    more = automl("submit", "resume", study, "--trials", "+500", cwd=tmp_path, **there)
    assert more.returncode == 0, more.stderr

    def logs() -> str:
        return automl("logs", study, cwd=tmp_path, **there).stdout

    wait_until(lambda: "trial 3 " in logs(), 120, why=logs)
    assert automl("cancel", study, cwd=tmp_path, **there).returncode == 0
    ended = automl("logs", study, "--follow", cwd=tmp_path, **there).stdout
    assert "Model " in ended.rpartition("The search ended")[2], ended
    assert "is not being searched" in automl("cancel", study, cwd=tmp_path, **there).stdout

    refused = automl("status", cwd=tmp_path, **{**there, "RAY_AUTH_TOKEN": "x" * 32})
    assert refused.returncode == 2
    assert "must let us in; this process, which needs its token" in refused.stderr
