"""A folder for Docker: it is complete, and what it names is all that the service imports."""

import json
import os
import shutil
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from automl.core.errors import UsageError
from automl.export.docker_folder import SERVICE, write_docker_folder
from tests.trials.classifiers.test_requirements import linear
from tests.waiting import wait_until
from trials.data import RowForm, write_row_form
from trials.data.columns.also_columns import CategoryColumn

__all__ = ["linear"]

ONLY = """
import sys
from importlib.metadata import distribution, packages_distributions
from packaging.requirements import Requirement

allowed, waiting = set(), [line.partition("==")[0] for line in open("requirements.txt").read().split()]
while waiting:
    name = waiting.pop().lower().replace("_", "-")
    if name in allowed:
        continue
    allowed.add(name)
    try:
        needs = map(Requirement, distribution(name).requires or ())
    except Exception:
        continue
    waiting += [each.name for each in needs if each.marker is None or each.marker.evaluate({"extra": ""})]
allowed.add("transformer-automl")  # the folder has its code
owners = packages_distributions()

class Others:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top in owners and not {each.lower().replace("_", "-") for each in owners[top]} & allowed:
            raise ModuleNotFoundError(f"{top} is not in requirements.txt", name=top)

sys.meta_path.insert(0, Others())
sys.argv = ["automl", "serve", "model/best", "--port", "0"]
from automl.__main__ import main
main()
"""


@pytest.fixture
def folder(linear: Path, tmp_path: Path) -> Path:
    return write_docker_folder(shutil.copytree(linear, tmp_path / "best"), tmp_path / "docker")


def test_the_folder_has_all_that_the_dockerfile_copies(folder: Path) -> None:
    said = (folder / "Dockerfile").read_text()
    for line in said.splitlines():
        if line.startswith("COPY "):
            assert (folder / line.split()[1]).exists(), line
    assert '"/app/model/best"' in said and (folder / "model" / "best" / "classifier.json").is_file()
    assert "/health" in said and "USER nobody" in said and "TORCH" not in said
    assert not [*folder.rglob("__pycache__")]
    lines = (folder / "requirements.txt").read_text().split()
    assert all("==" in line for line in lines) and {line.partition("==")[0] for line in lines} >= set(SERVICE)


def test_the_service_imports_nothing_else_than_it_names(folder: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(folder / "code")}
    with subprocess.Popen(
        [sys.executable, "-c", ONLY],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as service:
        try:
            assert service.stdout is not None
            said = service.stdout.readline()
            assert said.startswith("Serving on "), service.communicate(timeout=10)[1]
            answer = labelled(said.split()[2].rstrip(","))
        finally:
            service.terminate()
    assert set(answer) == {"label", "probability", "probabilities"}


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_its_requirements_suffice_in_a_fresh_environment(folder: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    install = [python, "-m", "pip", "install", "--quiet", "--requirement", folder / "requirements.txt"]
    subprocess.run(install, check=True, timeout=1000)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(folder / "code"), "AUTOML_SERVE_TOKEN": "a secret"}
    command = [python, "-m", "automl", "serve", "model/best", "--port", str(port)]
    with subprocess.Popen(command, cwd=folder, env=environment) as service:
        try:
            wait_until(lambda: service.poll() is not None or is_healthy(port), 60)
            answer = labelled(f"http://127.0.0.1:{port}", Authorization="Bearer a secret")
        finally:
            service.terminate()
    assert set(answer) == {"label", "probability", "probabilities"}


def is_healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
            return bool(json.load(answer)["status"] == "ok")
    except OSError:
        return False


def labelled(address: str, **headers: str) -> dict[str, object]:
    body = json.dumps({"texts": ["a film"]}).encode()
    asked = urllib.request.Request(f"{address}/predict", body, {"Content-Type": "application/json", **headers})
    with urllib.request.urlopen(asked, timeout=30) as answer:
        found: dict[str, object] = json.load(answer)["predictions"][0]
    return found


def test_the_example_of_a_request_has_the_columns_that_the_model_asks_for(linear: Path, tmp_path: Path) -> None:
    model = shutil.copytree(linear, tmp_path / "best")
    write_row_form(model, RowForm(("text",), (CategoryColumn("kind", (("lamp", 2),)),)))
    said = (write_docker_folder(model, tmp_path / "docker") / "Dockerfile").read_text()
    assert """-d '{"rows": [{"text": "a text", "kind": "lamp"}]}'""" in said


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="must hold a config"):
        write_docker_folder(tmp_path, tmp_path / "docker")
    assert not (tmp_path / "docker").exists()
