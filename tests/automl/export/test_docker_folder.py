"""A folder for Docker: it is complete, and what it names is all that the service imports."""

import json
import os
import shutil
import socket
import stat
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from automl.core.errors import UsageError
from automl.export.docker_folder import SERVICE, image_of, write_docker_folder
from automl.export.onnx.export_model import export_onnx
from tests.number_model import save_number_model
from tests.trials.classifiers.test_requirements import linear
from tests.trials.toy import LABELS
from tests.waiting import wait_until
from trials.classifiers import save_ensemble
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
    assert "docker build --tag best ." in said, "the study is unknown"
    lines = (folder / "requirements.txt").read_text().split()
    assert all("==" in line for line in lines) and {line.partition("==")[0] for line in lines} >= set(SERVICE)


@pytest.mark.parametrize("kind", ["linear", "ensemble", pytest.param("onnx", marks=pytest.mark.slow)])
def test_the_service_imports_nothing_else_than_it_names(
    kind: str, linear: Path, tiny_model: Path, tmp_path: Path
) -> None:
    model = tmp_path / "best"
    if kind == "linear":
        shutil.copytree(linear, model)
    elif kind == "ensemble":
        save_ensemble(model, LABELS, {"trial-0": (linear, 0.5), "trial-1": (linear, 0.5)})
    else:
        export_onnx(tiny_model, model)
    folder = write_docker_folder(model, tmp_path / "docker")
    assert "torch" not in (folder / "requirements.txt").read_text()
    # The copy of the code is gone when coverage is reported, so it is not measured.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    environment = {**inherited, "PYTHONPATH": str(folder / "code")}
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
    assert set(answer) == {"label", "probability", "probabilities", "labels"}


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
    assert set(answer) == {"label", "probability", "probabilities", "labels"}


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


def test_another_user_can_read_the_code_and_the_model_whatever_the_umask(linear: Path, tmp_path: Path) -> None:
    model = shutil.copytree(linear, tmp_path / "best")
    for file in model.iterdir():
        file.chmod(0o600)
    before = os.umask(0o077)
    try:
        folder = write_docker_folder(model, tmp_path / "docker")
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700, "others on this machine cannot"
    for path in (copy for name in ("code", "model") for copy in (folder / name, *(folder / name).rglob("*"))):
        assert path.stat().st_mode & (0o5 if path.is_dir() else 0o4) == (0o5 if path.is_dir() else 0o4), path


def test_a_model_of_numbers_gets_a_folder_as_any_other(tmp_path: Path) -> None:
    folder = write_docker_folder(save_number_model(tmp_path / "best"), tmp_path / "docker")
    assert (folder / "Dockerfile").is_file() and (folder / "model" / "best" / "classifier.json").is_file()


def test_the_image_bears_the_name_of_the_study(tmp_path: Path) -> None:
    folder = tmp_path / "Best model"
    folder.mkdir()
    assert image_of(folder) == "best-model"
    (folder / "automl.json").write_text('{"study": "BBC_news"}')
    assert image_of(folder) == "bbc-news"


def test_only_an_earlier_folder_for_docker_is_replaced(folder: Path, linear: Path, tmp_path: Path) -> None:
    (folder / "left").touch()
    write_docker_folder(tmp_path / "best", folder)
    assert not (folder / "left").exists()
    other = shutil.copytree(linear, tmp_path / "other")
    with pytest.raises(UsageError, match="is something else"):
        write_docker_folder(tmp_path / "best", other)
    assert (other / "classifier.json").is_file()


def test_the_example_of_a_request_has_the_columns_that_the_model_asks_for(linear: Path, tmp_path: Path) -> None:
    model = shutil.copytree(linear, tmp_path / "best")
    write_row_form(model, RowForm(("text",), (CategoryColumn("kind", (("lamp", 2),)),)))
    said = (write_docker_folder(model, tmp_path / "docker") / "Dockerfile").read_text()
    assert """-d '{"rows": [{"text": "a text", "kind": "lamp"}]}'""" in said


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="must hold a config"):
        write_docker_folder(tmp_path, tmp_path / "docker")
    assert not (tmp_path / "docker").exists()
