"""The upload, against a hub on loopback that understands what `huggingface_hub` sends."""

import base64
import json
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from automl.core.errors import UsageError, WorkspaceError
from automl.export.push_model import push


class Hub(ThreadingHTTPServer):
    """Keeps the files of one repository in memory."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.address = f"http://127.0.0.1:{self.server_port}"
        self.files: dict[str, bytes] = {}
        self.made: list[dict[str, object]] = []
        self.summary = ""
        self.refuses = False


class _Answers(BaseHTTPRequestHandler):
    server: Hub

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.refuses or self.headers["Authorization"] != "Bearer hf_secret":
            self._answer(403, {"error": "you may not write to it"})
        elif self.path == "/api/repos/create":
            self.server.made.append(json.loads(body))
            self._answer(200, {"url": f"{self.server.address}/org/news"})
        elif "/preupload/" in self.path:
            files = [{**file, "uploadMode": "regular", "shouldIgnore": False} for file in json.loads(body)["files"]]
            self._answer(200, {"files": files})
        elif "/commit/" in self.path:
            for line in map(json.loads, body.splitlines()):
                if line["key"] == "header":
                    self.server.summary = line["value"]["summary"]
                else:
                    self.server.files[line["value"]["path"]] = base64.b64decode(line["value"]["content"])
            self._answer(200, {"commitUrl": f"{self.server.address}/org/news/commit/1", "commitOid": "1"})
        else:
            self._answer(200, {})

    def do_GET(self) -> None:
        if self.server.refuses:
            self._answer(404, {"error": "there is none"})
            return
        self._answer(200, {"id": "org/news", "siblings": [], "sha": "0", "private": True})

    def _answer(self, status: int, content: object) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with Hub() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("HF_ENDPOINT", server.address)
        monkeypatch.setenv("HF_TOKEN", "hf_secret")
        yield server
        server.shutdown()


@pytest.fixture
def model(tiny_model: Path, tmp_path: Path) -> Path:
    folder = shutil.copytree(tiny_model, tmp_path / "best")
    (folder / "README.md").write_text("# A card\n")
    return folder


def test_all_files_and_the_card_arrive_in_a_private_repository(hub: Hub, model: Path) -> None:
    assert push(model, "org/news", message="A better one") == f"{hub.address}/org/news"
    assert hub.files == {file.name: file.read_bytes() for file in model.iterdir()}
    assert (hub.made[0]["name"], hub.made[0]["organization"]) == ("news", "org")
    assert hub.made[0].get("private") is True or hub.made[0]["visibility"] == "private"
    assert hub.summary == "A better one"


def test_a_refusal_and_a_wrong_name_are_errors_for_the_user(hub: Hub, model: Path) -> None:
    with pytest.raises(UsageError, match="the hub must accept 'a/b/c'"):
        push(model, "a/b/c")
    hub.refuses = True
    with pytest.raises(UsageError, match="hf auth login"):
        push(model, "org/news")
    assert hub.files == {}


def test_a_hub_that_is_away_is_named(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises((WorkspaceError, UsageError), match=r"127\.0\.0\.1:9"):
        push(model, "org/news")


def test_a_folder_without_model_or_card_is_refused_before_anything_is_sent(tmp_path: Path, tiny_model: Path) -> None:
    for folder in (tmp_path, tiny_model):
        with pytest.raises(UsageError, match=r"must hold a model and its card README\.md"):
            push(folder, "org/news")
