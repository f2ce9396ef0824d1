"""MLflow's page on the runs of a study: a server of our own for a local store, or only the address."""

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
from types import TracebackType
from typing import IO, Self

from automl.core import UsageError, WorkspaceError, page_of_mlflow, unknown_name, without_password
from automl.tracking.mlflow import names
from automl.tracking.mlflow.quiet import SETTINGS, quieten_mlflow
from automl.tracking.mlflow.ui.compare_view import VIEW_KEY, VIEW_TAG

HOST = "127.0.0.1"
START_SECONDS = 90.0
STOP_SECONDS = 5.0
LOG_LINES = 5


class MlflowUi:
    """A page that can be opened at `url`; as a context manager it stops the server it started, if it did."""

    def __init__(self, url: str, server: subprocess.Popen[bytes] | None = None) -> None:
        self.url = url
        self._server = server

    @property
    def comparison(self) -> str | None:
        """The address of the charts in which the study's runs are compared; None on the list of studies."""
        return f"{self.url}&compareRunsMode=CHART" if "?" in self.url else None

    @property
    def is_own_server(self) -> bool:
        """False if the page is on a tracking server that somebody else runs."""
        return self._server is not None

    def wait(self) -> None:
        """Returns when the user presses Ctrl-C or the server ends; at once when there is no server of ours."""
        if self._server is None:
            return
        try:
            self._server.wait()
        except KeyboardInterrupt:
            self.stop()

    def stop(self) -> None:
        """Ends the server with all its workers."""
        if self._server is not None:
            _stop(self._server)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def start_ui(tracking_uri: str, artifact_root: Path | None, port: int, study: str | None, uuid: str = "") -> MlflowUi:
    """Opens MLflow on the table of runs of `study`, or on the list of studies if that is None.

    On a shared server two studies may have one name; `uuid` then says which one is meant.
    A store that is no server gets one, bound to 127.0.0.1 on `port` (0: any free one), without telemetry.

    Raises:
        UsageError: the port is taken, the study is unknown, or there is nothing recorded at `tracking_uri`.
        WorkspaceError: MLflow's server does not start.
    """
    page = _page(tracking_uri, study, uuid)
    if names.is_server(tracking_uri):
        return MlflowUi(_address(page_of_mlflow(tracking_uri), page))
    port = _free_port(port)
    server = _start_server(tracking_uri, artifact_root, port)
    return MlflowUi(_address(f"http://{HOST}:{port}", page), server)


def _address(server: str, page: tuple[str, str | None] | None) -> str:
    return names.runs_address(server, *page) if page else f"{names.page_address(server)}/#/experiments"


def _page(tracking_uri: str, study: str | None, uuid: str) -> tuple[str, str | None] | None:
    """The id of the study's experiment, and the key of the view that it carries."""
    _check_database(tracking_uri)
    quieten_mlflow()
    from mlflow import MlflowClient, MlflowException  # noqa: PLC0415  (takes 1.5 s; after the environment is set)

    try:
        found = MlflowClient(tracking_uri).search_experiments(filter_string=f"tags.`{names.STUDY_TAG}` LIKE '%'")
    except MlflowException as error:
        said = without_password(str(error))
        raise UsageError(f"MLflow at {without_password(tracking_uri)!r} must answer, but it said: {said}") from None
    studies = {str(experiment.name): experiment for experiment in found}
    if not studies:
        raise UsageError(f"MLflow at {without_password(tracking_uri)!r} holds no study yet. Run `automl search` first.")
    if study is None:
        return None
    ours = {str(found.tags[names.UUID_TAG]): found for found in studies.values() if found.tags.get(names.UUID_TAG)}
    if uuid not in ours and study not in studies:
        raise UsageError(unknown_name("study", study, studies))
    experiment = ours[uuid] if uuid in ours else studies[study]
    return str(experiment.experiment_id), VIEW_KEY if VIEW_TAG in experiment.tags else None


def _check_database(tracking_uri: str) -> None:
    """Refuses a SQLite file that is not there, which MLflow would quietly make."""
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
    # Jobs are for GenAI evaluations only, and would start a handful of processes more.
    environment = {**SETTINGS, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", **os.environ}
    environment["MLFLOW_BACKEND_STORE_URI"] = tracking_uri  # whoever lists processes sees no password so
    with tempfile.TemporaryFile() as log:
        # In a session of its own, so that Ctrl-C reaches only us, and all workers can be stopped together.
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
    said = without_password(log.read().decode(errors="replace")).strip().splitlines()[-LOG_LINES:]
    raise WorkspaceError("\n".join([f"MLflow's server must start on port {port}, but it did not. It said:", *said]))


def _stop(server: subprocess.Popen[bytes]) -> None:
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(server.pid, how)
        except ProcessLookupError:
            break
        try:
            server.wait(STOP_SECONDS)
            break
        except subprocess.TimeoutExpired:
            continue
