"""The stack of docker-compose.yml as a test drives it: under a project name, passwords and ports of its own."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import time
from pathlib import Path

from tests.waiting import wait_until

ROOT = Path(__file__).parents[2]

SERVED = ("postgres", "mlflow", "ray-head", "ray-worker")
"""What must be healthy or running before anybody searches."""


class Stack:
    """One stack. `folder` is what the command line sees as /data, and where `.env` lies."""

    def __init__(self, folder: Path, name: str = "automl-test") -> None:
        self.folder = folder
        self.started = 0.0
        self.name = name
        self.settings = {
            "POSTGRES_PASSWORD": secrets.token_hex(12),
            "MLFLOW_TRACKING_USERNAME": "admin",
            "MLFLOW_TRACKING_PASSWORD": secrets.token_hex(12),
            "MLFLOW_FLASK_SERVER_SECRET_KEY": secrets.token_hex(16),
            "RAY_AUTH_TOKEN": secrets.token_hex(16),
            "AUTOML_DATA": str(folder),
            "AUTOML_WORKER_CPUS": "1",
            "AUTOML_SHM": "512mb",
            "AUTOML_DASHBOARD_PORT": str(free_port()),
            "AUTOML_MLFLOW_PORT": str(free_port()),
        }
        self.environment = folder / "env"
        self.environment.write_text("".join(f"{key}={value}\n" for key, value in self.settings.items()))

    @property
    def mlflow(self) -> str:
        return f"http://127.0.0.1:{self.settings['AUTOML_MLFLOW_PORT']}"

    @property
    def dashboard(self) -> str:
        return f"http://127.0.0.1:{self.settings['AUTOML_DASHBOARD_PORT']}"

    def command(self, *words: object) -> list[str]:
        """`docker compose WORDS` on this stack, by whichever of the two programs is there."""
        program = [compose] if (compose := shutil.which("docker-compose")) else ["docker", "compose"]
        files = ["--file", ROOT / "docker-compose.yml", "--project-directory", ROOT, "--env-file", self.environment]
        return [*program, *map(str, files), "--project-name", self.name, *map(str, words)]

    def compose(self, *words: object, timeout: float = 300) -> str:
        """What it prints; it must not fail."""
        done = subprocess.run(self.command(*words), capture_output=True, text=True, timeout=timeout, check=False)
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done.stdout

    def up(self, *words: object, workers: int = 2) -> float:
        """Brings it up; gives the seconds until all of it can be used."""
        began = time.monotonic()
        self.compose("up", "--detach", "--scale", f"ray-worker={workers}", *words)
        for service in SERVED:
            self.wait_until_healthy(service, workers if service == "ray-worker" else 1)
        self.started = time.monotonic() - began
        return self.started

    def down(self, *words: object) -> None:
        self.compose("down", *words)

    def containers(self, service: str) -> list[dict]:
        """Docker's description of each running container of a service."""
        labels = [f"label=com.docker.compose.project={self.name}", f"label=com.docker.compose.service={service}"]
        filters = [part for label in labels for part in ("--filter", label)]
        ids = docker("ps", "--quiet", *filters).split()
        return json.loads(docker("inspect", *ids)) if ids else []

    def wait_until_healthy(self, service: str, count: int = 1, seconds: float = 180) -> None:
        def well() -> bool:
            return sum(map(is_well, self.containers(service))) >= count

        def states() -> str:
            return f"{service}: {[each['State'] for each in self.containers(service)]}"

        wait_until(well, seconds, every=0.5, why=states)

    def kill(self, service: str, index: int = 0) -> None:
        """As the machine's power going off: no signal that could be handled."""
        docker("kill", self.containers(service)[index]["Id"])

    def start(self, service: str) -> float:
        """Starts what was killed, as its restart policy would; gives the seconds until it is well."""
        began = time.monotonic()
        self.compose("start", service)
        self.wait_until_healthy(service)
        return time.monotonic() - began

    def automl(self, *words: object, timeout: float = 300, **settings: str) -> subprocess.CompletedProcess[str]:
        """`docker compose run --rm automl WORDS`, finished."""
        return subprocess.run(self._run(words, settings), capture_output=True, text=True, timeout=timeout, check=False)

    def searching(self, *words: object) -> "Searching":
        """The same in the background."""
        return Searching(self._run(words, {}), self.folder / f"search-{time.monotonic_ns()}.log")

    def _run(self, words: tuple[object, ...], settings: dict[str, str]) -> list[str]:
        given = [part for key, value in settings.items() for part in ("-e", f"{key}={value}")]
        return self.command("run", "--rm", "-T", *given, "automl", *words)


class Searching:
    """A search in a container, whose output can be waited for."""

    def __init__(self, command: list[str], log: Path) -> None:
        self.log = log
        with log.open("wb") as file:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT)

    @property
    def said(self) -> str:
        return self.log.read_text()

    def wait_for(self, text: str, seconds: float = 180) -> float:
        """Gives the seconds that it took."""
        began = time.monotonic()

        def said() -> bool:
            ended = self.process.poll() is not None
            there = text in self.said
            assert there or not ended, f"it ended before it said {text!r}:\n{self.said}"
            return there

        wait_until(said, seconds, every=0.1, why=lambda: f"{text!r} was not said:\n{self.said}")
        return time.monotonic() - began

    def end(self, seconds: float = 300) -> int:
        return self.process.wait(seconds)


def docker(*words: object, timeout: float = 900) -> str:
    """What `docker WORDS` prints; it must not fail."""
    command = ["docker", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False, env=os.environ)
    assert done.returncode == 0, f"{words}: {done.stdout[-2000:]}{done.stderr[-4000:]}"
    return done.stdout


def is_well(container: dict) -> bool:
    """Whether it is healthy; of one without a health check, whether it runs."""
    state = container["State"]
    return state["Status"] == "running" and state.get("Health", {"Status": "healthy"})["Status"] == "healthy"


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port
