"""MLflow's page with the runs of a study: starts a server for a local store, or gives the address on a server."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO, Self

from automl.core import (
    StudyIdentity,
    UsageError,
    WorkspaceError,
    one_line,
    page_of_mlflow,
    unknown_name,
    without_password,
)
from automl.tracking.mlflow import names
from automl.tracking.mlflow.quiet import SETTINGS, quieten_mlflow
from automl.tracking.mlflow.ui.compare_view import VIEW_KEY, VIEW_TAG

HOST = "127.0.0.1"
START_SECONDS = 90.0
STOP_SECONDS = 5.0
LOG_LINES = 5


class MlflowUi:
    """A page of MLflow's UI; as a context manager it stops the server at the end.

    Args:
        url: address of the page.
        server: the process of a server that was started for the page; None if the page is on another server.
    """

    def __init__(self, url: str, server: subprocess.Popen[bytes] | None = None) -> None:
        self.url = url
        self._server = server

    @property
    def comparison(self) -> str | None:
        """Address of the charts that compare the study's runs; None for the list of studies."""
        return f"{self.url}&compareRunsMode=CHART" if "?" in self.url else None

    @property
    def is_own_server(self) -> bool:
        """Whether the page is on a server that this process has started."""
        return self._server is not None

    def wait(self) -> None:
        """Wait for Ctrl-C or the end of the server; return at once if this process started no server."""
        if self._server is None:
            return
        try:
            self._server.wait()
        except KeyboardInterrupt:
            self.stop()

    def stop(self) -> None:
        """Stop the server with all its workers."""
        if self._server is not None:
            _stop(self._server)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start_ui(tracking_uri: str, artifact_root: Path | None, port: int, study: StudyIdentity | None) -> MlflowUi:
    """Open MLflow's page for a study, and start a server without telemetry if the store is not a server.

    Args:
        tracking_uri: the MLflow store: a database, a folder or a server.
        artifact_root: default folder for artifacts of a server that is started; None: MLflow's default.
        port: port on 127.0.0.1 for a server that is started; 0: any free port.
        study: the study whose table of runs is shown, its uuid empty if unknown; None: the list of studies.

    Returns:
        The page, with the server if one was started.

    Raises:
        UsageError: the port is in use, the study is unknown, or no study is recorded at `tracking_uri`.
        WorkspaceError: MLflow's server does not start.
    """
    page = _page(tracking_uri, study)
    if names.is_server(tracking_uri):
        return MlflowUi(_address(page_of_mlflow(tracking_uri), page))
    port = _free_port(port)
    server = _start_server(tracking_uri, artifact_root, port)
    return MlflowUi(_address(f"http://{HOST}:{port}", page), server)


def _address(server: str, page: tuple[str, str | None] | None) -> str:
    return names.runs_address(server, *page) if page else f"{names.page_address(server)}/#/experiments"


def _page(tracking_uri: str, study: StudyIdentity | None) -> tuple[str, str | None] | None:
    """Return the id of the study's experiment, and the key of its shared view, if it has one; None for all studies."""
    _check_database(tracking_uri)
    quieten_mlflow()
    from mlflow import MlflowClient, MlflowException  # noqa: PLC0415  (takes 1.5 s; after the environment is set)

    try:
        found = MlflowClient(tracking_uri).search_experiments(filter_string=f"tags.`{names.STUDY_TAG}` LIKE '%'")
    except MlflowException as error:
        shown = without_password(tracking_uri)
        raise UsageError(f"MLflow at {shown!r} must answer, but its answer was: {one_line(error)}") from None
    studies = {str(experiment.name): experiment for experiment in found}
    if not studies:
        raise UsageError(f"MLflow at {without_password(tracking_uri)!r} holds no study yet. Run `automl search` first.")
    if study is None:
        return None
    ours = {str(found.tags[names.UUID_TAG]): found for found in studies.values() if found.tags.get(names.UUID_TAG)}
    if study.uuid not in ours and study.name not in studies:
        raise UsageError(unknown_name("study", study.name, studies))
    experiment = ours[study.uuid] if study.uuid in ours else studies[study.name]
    return str(experiment.experiment_id), VIEW_KEY if VIEW_TAG in experiment.tags else None


def _check_database(tracking_uri: str) -> None:
    """Raise an error if a SQLite file does not exist, because MLflow would silently create it."""
    database = names.sqlite_file(tracking_uri)
    if database is not None and not database.is_file():
        raise UsageError(f"There must be an MLflow database at {str(database)!r}. Run `automl search` first.")


def _free_port(port: int) -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            raise UsageError(f"The port {port} must be free on {HOST}: {error}. Choose another one.") from error
        return int(probe.getsockname()[1])


def _start_server(tracking_uri: str, artifact_root: Path | None, port: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "mlflow", "server", "--host", HOST, "--port", str(port), "--workers", "1"]
    if artifact_root is not None:
        command += ["--default-artifact-root", artifact_root.resolve().as_uri()]
    # Jobs are only needed for GenAI evaluations, and would start several more processes.
    environment = {**SETTINGS, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", **os.environ}
    environment["MLFLOW_BACKEND_STORE_URI"] = tracking_uri  # not an argument, which all users could read
    with tempfile.TemporaryFile() as log:
        # The server gets its own session, so that Ctrl-C reaches only this process, and all workers stop together.
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
        try:
            _wait_until_up(server, port, log)
        except BaseException:
            _stop(server)
            raise
    return server


def _wait_until_up(server: subprocess.Popen[bytes], port: int, log: IO[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/health", timeout=2):  # nosec B310
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    log.seek(0)
    output = without_password(log.read().decode(errors="replace")).strip().splitlines()[-LOG_LINES:]
    raise WorkspaceError(
        "\n".join([f"MLflow's server must start on port {port}, but it did not. Its output was:", *output])
    )


def _stop(server: subprocess.Popen[bytes]) -> None:
    for signal_number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(server.pid, signal_number)
        except ProcessLookupError:
            break
        try:
            server.wait(STOP_SECONDS)
            break
        except subprocess.TimeoutExpired:
            continue
