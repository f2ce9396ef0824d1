"""The cores that a process may use."""

import os
from types import SimpleNamespace

import pytest

from automl.cli import run_jobs
from automl.cli.run_jobs import open_dashboard
from automl.core.environment import page_of_mlflow, page_of_ray, usable_cores


@pytest.mark.parametrize(
    ("limit", "cores"),
    [("max 100000\n", None), ("100000 100000\n", 1), ("50000 100000\n", 1), ("99900000 100000\n", None), ("odd", None)],
)
def test_a_containers_quota_counts_if_it_is_less(tmp_path, limit, cores):
    (tmp_path / "cpu.max").write_text(limit)
    assert usable_cores(tmp_path / "cpu.max") == (cores or len(os.sched_getaffinity(0)))


def test_affinity_counts(tmp_path):
    allowed = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(allowed)})
        assert usable_cores(tmp_path / "no limit") == 1
    finally:
        os.sched_setaffinity(0, allowed)


def test_the_environment_says_where_a_browser_finds_them(monkeypatch):
    assert page_of_ray("http://ray-head:8265") == "http://ray-head:8265"
    monkeypatch.setenv("AUTOML_DASHBOARD_URL", "http://127.0.0.1:8265/")
    monkeypatch.setenv("AUTOML_MLFLOW_URL", "http://127.0.0.1:5000")
    assert page_of_ray("http://ray-head:8265") == "http://127.0.0.1:8265"
    assert page_of_mlflow("http://mlflow:5000") == "http://127.0.0.1:5000"


def test_a_dashboard_that_is_named_is_the_one_that_is_opened(monkeypatch, capsys):
    monkeypatch.setattr(run_jobs, "JobClient", lambda address: SimpleNamespace(address=address))
    monkeypatch.setenv("AUTOML_DASHBOARD_URL", "http://127.0.0.1:8265")
    open_dashboard(None, show=False)
    open_dashboard("http://other:8265", show=False)
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Ray dashboard")]
    assert told == ["Ray dashboard: http://127.0.0.1:8265/#/jobs", "Ray dashboard: http://other:8265/#/jobs"]
