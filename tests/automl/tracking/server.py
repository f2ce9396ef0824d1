"""A real MLflow server on loopback over SQLite, to be killed and started again."""

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.waiting import wait_until

LOGIN = {"MLFLOW_TRACKING_USERNAME": "admin", "MLFLOW_TRACKING_PASSWORD": "a long enough password"}
"""Of a server that asks for one, in the environment of whoever has it."""


class MlflowServer:
    """A server that keeps its port and its database from start to start. As a context manager it ends for good."""

    def __init__(self, folder: Path, *, login: bool = False) -> None:
        """With `login` nobody is let in without `LOGIN`."""
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self._port = probe.getsockname()[1]
        self.uri = f"http://127.0.0.1:{self._port}"
        self.files = folder / "served"
        self._store = folder / "server.db"
        self._auth = folder / "basic-auth.ini" if login else None
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "mlflow", "server", "--backend-store-uri", f"sqlite:///{self._store}"]
        command += ["--workers", "1", "--port", str(self._port), "--artifacts-destination", str(self.files)]
        environment = {**os.environ, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
        if self._auth is not None:
            self._auth.write_text(
                f"[mlflow]\ndefault_permission = READ\ndatabase_uri = sqlite:///{self._auth.with_suffix('.db')}\n"
                f"admin_username = {LOGIN['MLFLOW_TRACKING_USERNAME']}\n"
                f"admin_password = {LOGIN['MLFLOW_TRACKING_PASSWORD']}\n"
                "authorization_function = mlflow.server.auth:authenticate_request_basic_auth\n"
            )
            command += ["--app-name", "basic-auth"]
            environment |= {"MLFLOW_AUTH_CONFIG_PATH": str(self._auth), "MLFLOW_FLASK_SERVER_SECRET_KEY": "for a test"}
        self._process = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )

    def wait(self) -> None:
        wait_until(self._answers, 90, why=lambda: "the server does not answer")

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.uri}/health", timeout=2):
                return True
        except (urllib.error.URLError, OSError):
            return False

    def kill(self) -> None:
        """As `kill -9`, of the server with its workers."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(20)
            self._process = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
