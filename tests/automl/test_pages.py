"""Where a browser finds pages that answer this process under another name."""

from types import SimpleNamespace

from automl.cli import sending
from automl.cli.sending import open_dashboard
from automl.pages import page_of_mlflow, page_of_ray


def test_the_environment_says_where_a_browser_finds_them(monkeypatch):
    assert page_of_ray("http://ray-head:8265") == "http://ray-head:8265"
    monkeypatch.setenv("AUTOML_DASHBOARD_URL", "http://127.0.0.1:8265/")
    monkeypatch.setenv("AUTOML_MLFLOW_URL", "http://127.0.0.1:5000")
    assert page_of_ray("http://ray-head:8265") == "http://127.0.0.1:8265"
    assert page_of_mlflow("http://mlflow:5000") == "http://127.0.0.1:5000"


def test_a_dashboard_that_is_named_is_the_one_that_is_opened(monkeypatch, capsys):
    monkeypatch.setattr(sending, "ClusterJobs", lambda address: SimpleNamespace(address=address))
    monkeypatch.setenv("AUTOML_DASHBOARD_URL", "http://127.0.0.1:8265")
    open_dashboard(None, show=False)
    open_dashboard("http://other:8265", show=False)
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Ray dashboard")]
    assert told == ["Ray dashboard: http://127.0.0.1:8265/#/jobs", "Ray dashboard: http://other:8265/#/jobs"]
