"""Texts that are labelled on a Ray cluster of several nodes on this machine, which share no folder with the driver."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.integration.command import automl
from tests.integration.nodes_here import LOOPBACK
from tests.tiny_model import tiny_model
from tests.waiting import wait_until

__all__ = ["tiny_model"]

ROWS = 30_000


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A Parquet file with a column of numbers, one of lists, and texts of very different lengths."""
    words = ("good", "market", "film", "goal", "bank", "loss", "team", "price")
    texts = [" ".join(words[(row + step) % 8] for step in range(row % 9)) or None for row in range(ROWS)]
    columns = {"id": list(range(ROWS)), "text": texts, "tags": [[row % 3, row % 5] for row in range(ROWS)]}
    pq.write_table(pa.table(columns), tmp_path / "big.parquet")
    return tmp_path / "big.parquet"


@pytest.mark.slow
def test_a_cluster_gives_the_rows_of_this_machine_though_an_actor_is_killed(
    tiny_model: Path, table: Path, tmp_path: Path, nodes
) -> None:
    model = shutil.copytree(tiny_model, tmp_path / "best")
    cluster = nodes(1, 1)
    command = ["predict", model, "--input", table]
    here = automl(*command, "--output", "here.jsonl", cwd=tmp_path)
    assert here.returncode == 0, here.stderr
    words = [sys.executable, "-m", "automl", *map(str, command), "--output", "there.jsonl"]
    environment = {**os.environ, **LOOPBACK, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        [*words, "--on-cluster", cluster.address], cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True
    ) as there:
        try:
            wait_until(lambda: there.poll() is not None or actors(), 60)
            os.kill(actors()[0], signal.SIGKILL)
            _, said = there.communicate(timeout=120)
        finally:
            there.kill()
    assert there.returncode == 0, said
    assert "Labelling with 2 models, one on each core" in said
    assert (tmp_path / "there.jsonl").read_bytes() == (tmp_path / "here.jsonl").read_bytes()


def actors() -> list[int]:
    """Process ids of the actors that score."""
    found = psutil.process_iter(["pid", "cmdline"])
    return [each.pid for each in found if "ray::MapWorker" in " ".join(each.info["cmdline"] or ())]
