"""An MLflow model is served in an environment that has what its own requirements name, and nothing of ours."""

import json
import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from automl.tracking.mlflow.model.contents import write_model
from tests.trials.classifiers.test_requirements import linear
from tests.trials.toy import LABELS
from tests.waiting import wait_until

__all__ = ["linear"]


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_linear_model_is_served_in_a_fresh_environment(linear: Path, tmp_path: Path) -> None:
    write_model(linear, tmp_path / "model", LABELS)
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    requirements = tmp_path / "model" / "requirements.txt"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--requirement", requirements], check=True, timeout=1000)
    installed = subprocess.run([python, "-m", "pip", "list"], check=True, capture_output=True, text=True).stdout
    assert not {"torch", "ray", "optuna", "transformer-automl"} & set(installed.split())
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [python, "-m", "mlflow", "models", "serve", "--model-uri", tmp_path / "model", "--env-manager", "local"]
    activated = {**os.environ, "PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}"}  # it starts uvicorn by name
    with (
        (tmp_path / "log").open("wb") as log,
        subprocess.Popen(
            [*command, "--port", str(port)], cwd=tmp_path, env=activated, stdout=log, stderr=log
        ) as server,
    ):
        try:
            wait_until(
                lambda: server.poll() is not None or answers(port, "ping", None) is not None,
                90,
                why=(tmp_path / "log").read_text,
            )
            assert server.poll() is None, (tmp_path / "log").read_text()
            answer = answers(port, "invocations", {"dataframe_split": {"columns": ["text"], "data": [["a film"]]}})
        finally:
            server.terminate()
    assert answer is not None
    (found,) = json.loads(answer)["predictions"]
    assert found["label"] in LABELS
    assert sum(found[f"probability_{label}"] for label in LABELS) == pytest.approx(1.0)


def answers(port: int, path: str, body: object) -> str | None:
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/{path}", data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return answer.read().decode()
    except (urllib.error.URLError, ConnectionError):
        return None
