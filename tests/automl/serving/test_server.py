"""A real service in a process of its own."""

import json
import os
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from automl import load_classifier, predict
from automl.core.errors import UsageError
from automl.decisions import Decision, write_decision
from automl.serving.limits import Limits
from automl.serving.server import _name, serve
from tests.number_model import save_number_model
from tests.tiny_model import LABEL_NAMES, tiny_model
from tests.waiting import wait_until
from trials.files import write_thresholds

__all__ = ["tiny_model"]

ROOT = Path(__file__).parents[3]

HELD_UP = """
import sys, time
from pathlib import Path
import numpy as np
import automl.serving.server as server
from automl.serving.limits import Limits

class HeldUp:
    label_names = ("no", "yes")
    def logits(self, texts, batch_size=64):
        while not Path("go").exists():
            time.sleep(0.01)
        return np.array([[0.0, len(text)] for text in texts])

server.load_classifier = lambda folder: HeldUp()
server.serve(Path("news/best"), "127.0.0.1", 0, Limits(batch=1), lambda said: print(said, flush=True))
print("ended", flush=True)
"""


def fetch(address: str, body: object = None) -> str:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read().decode()


def test_what_arrived_before_sigterm_is_answered_and_nothing_after_it(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HELD_UP],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as service:
        try:
            assert service.stdout is not None
            address = service.stdout.readline().split()[2].rstrip(",")
            with ThreadPoolExecutor(3) as clients:
                asked = [clients.submit(fetch, f"{address}/predict", {"texts": ["a" * size]}) for size in range(3)]
                wait_until(lambda: "automl_waiting_texts 2.0" in fetch(f"{address}/metrics"), 20)
                service.send_signal(signal.SIGTERM)
                wait_until(lambda: is_closed(address), 20)
                (tmp_path / "go").touch()
                labels = [json.loads(each.result())["predictions"][0]["label"] for each in asked]
            assert labels == ["no", "yes", "yes"]
            assert service.stdout.read() == "ended\n"
            assert service.wait(20) == 0
        finally:
            service.kill()


def is_closed(address: str) -> bool:
    try:
        fetch(f"{address}/health")
    except (urllib.error.URLError, ConnectionError):
        return True
    return False


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "example.org", "192.168.0.1"])
def test_other_machines_need_a_token(host: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="must have a token: set AUTOML_SERVE_TOKEN"):
        serve(tmp_path, host, 0, Limits(), print)


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="must hold a config"):
        serve(tmp_path, "127.0.0.1", 0, Limits(), print)


def test_a_service_is_named_after_its_study_or_its_folder(tmp_path: Path) -> None:
    assert _name(tmp_path) == tmp_path.name
    assert _name(Path("/")) == "model"
    (tmp_path / "automl.json").write_text('{"study": "news"}')
    assert _name(tmp_path) == "news"


def test_a_model_of_several_labels_a_text_answers_as_predict_does(tiny_model: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_model, tmp_path / "best")
    write_thresholds(folder, (0.3, 0.5, 0.9))
    write_decision(Decision(LABEL_NAMES, "a test", thresholds=(0.01, 0.5, 0.9)), folder)
    expected = load_classifier(folder).predict(["a good goal"])
    assert LABEL_NAMES[0] in expected[0], "by the thresholds of the decision"
    with served(folder, tmp_path) as address:
        (found,) = json.loads(fetch(f"{address}/predict", {"texts": ["a good goal"]}))["predictions"]
        (full,) = json.loads(fetch(f"{address}/predict", {"texts": ["a good goal"], "probabilities": True}))[
            "predictions"
        ]
        page = json.loads(fetch(f"{address}/openapi.json"))
    assert found["labels"] == full["labels"] == expected[0]
    assert list(found["probabilities"]) == expected[0] and list(full["probabilities"]) == list(LABEL_NAMES)
    assert "LabelSetPrediction" in page["components"]["schemas"]


def test_a_model_of_numbers_answers_as_predict_does(tmp_path: Path) -> None:
    folder, texts = save_number_model(tmp_path / "best"), ["a good good film", "a film"]
    write_decision(Decision(("stars",), scores=tuple(0.25 * rank for rank in range(1, 20))), folder)
    with served(folder, tmp_path) as address:
        found = json.loads(fetch(f"{address}/predict", {"texts": texts, "sets": 0.8}))
        page = json.loads(fetch(f"{address}/openapi.json"))
    expected = predict(folder, texts, sets=0.8)[["stars", "stars_low", "stars_high"]].values.tolist()
    assert found["number"] == "stars"
    assert [[each["value"], each["low"], each["high"]] for each in found["predictions"]] == expected
    assert "NumberPrediction" in page["components"]["schemas"]


@contextmanager
def served(folder: Path, tmp_path: Path) -> Iterator[str]:
    """A service in a process of its own, as the command starts it."""
    command = [sys.executable, "-m", "automl", "serve", str(folder), "--port", "0"]
    with subprocess.Popen(
        command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True
    ) as service:
        try:
            assert service.stdout is not None
            said = next(line for line in service.stdout if line.startswith("Serving on "))
            yield said.split()[2].rstrip(",")
        finally:
            service.terminate()
            service.wait(20)
