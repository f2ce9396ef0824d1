import sys
from pathlib import Path

import pytest

from automl.cli import run_hand_over
from automl.core.errors import UsageError
from tests.automl.small_study import STUDY


def test_a_study_that_has_handed_over_nothing_has_nothing_to_register(place):
    with pytest.raises(UsageError, match="must have handed over a model"):
        run_hand_over.register_model(STUDY, "news", "champion", place.folder, None, None)


def test_the_page_of_an_uploaded_model_is_told(monkeypatch, capsys):
    monkeypatch.setattr("automl.export.push_model.push", lambda folder, repository, **_: f"https://hub/{repository}")
    run_hand_over.push_model(Path("best"), "org/news", None, public=False)
    assert capsys.readouterr().out == "Uploaded: https://hub/org/news\n"


def test_the_token_of_a_service_comes_from_the_environment(monkeypatch):
    calls = []
    monkeypatch.setattr("automl.serving.server.serve", lambda *given: calls.append(given))
    monkeypatch.setenv("AUTOML_SERVE_TOKEN", "a secret")
    run_hand_over.serve_model(Path("best"), "0.0.0.0", 1, 8, 5.0)
    ((model, host, port, limits, _, token),) = calls
    assert (model, host, port, token) == (Path("best"), "0.0.0.0", 1, "a secret")
    assert (limits.batch, limits.seconds) == (8, 5.0)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"to": "pickle"}, "no format 'pickle'"),
        ({"to": "docker", "int8": True}, "--data and --int8 are for --to onnx"),
        ({"label": "topic"}, "must be given, too"),
    ],
)
def test_an_export_that_cannot_be_meant_is_refused(given, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    values = {"to": "onnx", "output": None, "data": None, "text": None, "label": None, "int8": False, **given}
    with pytest.raises(UsageError, match=said):
        run_hand_over.export_model(Path("best"), **values)


def test_the_image_to_build_has_the_name_that_the_dockerfile_has(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr("automl.export.docker_folder.write_docker_folder", lambda model, target: target)
    run_hand_over.export_model(tmp_path / "best", "docker", None, None, None, None, int8=False)
    said = capsys.readouterr().out
    assert f"--tag best {tmp_path / 'best-docker'}" in said.replace("\n", "") and "8080:8080 best" in said


@pytest.mark.parametrize("timeout", [float("inf"), float("nan")])
def test_a_timeout_is_finite(timeout: float) -> None:
    with pytest.raises(UsageError, match="--timeout must be a finite number"):
        run_hand_over.serve_model(Path("best"), "127.0.0.1", 0, 8, timeout)


def test_packages_that_a_service_lacks_are_named_as_the_index_knows_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "automl.serving", None)
    with pytest.raises(UsageError, match=r"pip install fastapi prometheus-client uvicorn$"):
        run_hand_over.serve_model(Path("best"), "127.0.0.1", 0, 8, 5.0)


@pytest.mark.parametrize("address", ["http://head", "head:x", ""])
def test_a_cluster_has_an_address(address: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"--on-cluster: .* must be 'auto' or HOST:PORT"):
        run_hand_over.scoring_on(address, tmp_path, 64, print)
