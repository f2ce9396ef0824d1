"""The images of the stack. Where no hub can be reached, the two base images are made here, under the same names.

`debootstrap` makes a Debian with its own Python, and tests/compose/postgres a PostgreSQL of Debian's on top of it.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.compose.apt import debian_mirror
from tests.compose.stack import ROOT, docker

PYTHON, POSTGRES, OURS = "python:3.11-slim-bookworm", "postgres:17-bookworm", "transformer-automl:cpu"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
WHEELS = ROOT / "wheels"


class Missing(Exception):
    """What an image cannot be made without."""


def make_images() -> None:
    """Makes what is not there, and ours anew in any case (which costs seconds if nothing has changed).

    Raises:
        Missing: a base image can neither be pulled nor made.
    """
    if not _at_hand(PYTHON):
        _make_python()
    if not _at_hand(POSTGRES):
        docker("build", "--tag", POSTGRES, ROOT / "tests" / "compose" / "postgres")
    _bring_torch()
    docker("build", "--tag", OURS, ROOT, timeout=1800)


def megabytes(image: str) -> int:
    """Its size."""
    return round(int(docker("image", "inspect", "--format", "{{.Size}}", image)) / 1e6)


def _at_hand(image: str) -> bool:
    there = subprocess.run(["docker", "image", "inspect", image], capture_output=True, check=False).returncode == 0
    return there or subprocess.run(["docker", "pull", image], capture_output=True, check=False).returncode == 0


def _make_python() -> None:
    if os.geteuid() or not (debootstrap := shutil.which("debootstrap")):
        raise Missing(
            f"{PYTHON} cannot be pulled, and to make one takes root and debootstrap "
            "(Debian: apt-get install debootstrap)"
        )
    mirror = debian_mirror()
    if mirror is None:
        raise Missing(f"{PYTHON} cannot be pulled, and to make one takes a mirror of Debian among apt's sources")
    with tempfile.TemporaryDirectory() as place:
        base = Path(place) / "base"
        packages = "python3,python3-venv,ca-certificates"
        made = [debootstrap, "--variant=minbase", f"--include={packages}", "bookworm", base, mirror]
        done = subprocess.run([*map(str, made)], capture_output=True, text=True, check=False)
        if done.returncode:
            raise Missing(f"debootstrap failed: {done.stdout[-500:]}{done.stderr[-500:]}")
        (base / "usr/local/bin/python").symlink_to("/usr/bin/python3")
        if CERTIFICATES.is_file():
            shutil.copy(CERTIFICATES, base / CERTIFICATES.relative_to("/"))
        with subprocess.Popen(["tar", "--directory", base, "--create", "."], stdout=subprocess.PIPE) as tar:
            changes = ["--change", f"ENV PIP_CERT={CERTIFICATES}", "--change", "CMD python3"]
            subprocess.run(["docker", "import", *changes, "-", PYTHON], stdin=tar.stdout, check=True)


def _bring_torch() -> None:
    """A CPU build of torch that lies on this machine is handed in: the package index may have none."""
    place = os.environ.get("PIP_FIND_LINKS")
    WHEELS.mkdir(exist_ok=True)
    for wheel in Path(place).glob("torch-*+cpu-*.whl") if place else ():
        if not (WHEELS / wheel.name).exists():
            shutil.copy(wheel, WHEELS)
