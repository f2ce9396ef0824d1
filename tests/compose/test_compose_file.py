"""The compose file: what it opens, whom it lets in, and that it takes nobody in without the passwords of `.env`."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docker-compose.yml"
SECRETS = {
    "POSTGRES_PASSWORD": "p" * 16,
    "MLFLOW_TRACKING_USERNAME": "admin",
    "MLFLOW_TRACKING_PASSWORD": "m" * 16,
    "MLFLOW_FLASK_SERVER_SECRET_KEY": "k" * 32,
    "RAY_AUTH_TOKEN": "t" * 32,
}


def services() -> dict[str, dict]:
    return yaml.safe_load(FILE.read_text())["services"]


def test_ports_are_open_on_this_machine_only():
    ports = [port for service in services().values() for port in service.get("ports", ())]
    assert len(ports) == 2
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_no_secret_has_a_default_and_each_is_explained():
    told = (ROOT / ".env.example").read_text()
    text = FILE.read_text()
    for name in SECRETS:
        assert re.search(rf"\$\{{{name}:\?", text), f"without {name} the stack must not start"
        assert not re.search(rf"\$\{{{name}:-", text)
        assert re.search(rf"^{name}=", told, re.MULTILINE)


def test_ours_run_without_rights_and_come_up_again():
    ours = {name: each for name, each in services().items() if "build" in each and "profiles" not in each}
    assert set(ours) == {"mlflow", "ray-head", "ray-worker"}
    for name, service in ours.items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["restart"] == "unless-stopped", name
    assert re.search(r"^USER automl$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)


@pytest.mark.parametrize("missing", [None, *SECRETS])
def test_compose_takes_the_file_and_refuses_it_without_a_secret(tmp_path, missing):
    command = shutil.which("docker-compose")
    if command is None:
        pytest.skip("docker-compose is not installed (Debian: apt-get install docker-compose)")
    given = "".join(f"{name}={value}\n" for name, value in SECRETS.items() if name != missing)
    (tmp_path / "env").write_text(given)
    done = subprocess.run(
        [command, "--file", FILE, "--project-directory", ROOT, "--env-file", tmp_path / "env", "config"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if missing is None:
        assert done.returncode == 0, done.stderr
    else:
        assert done.returncode != 0
        assert f"set {missing} in .env" in done.stderr
