"""Contenders as the benchmark runs them, on a few made-up reviews."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from benchmarks.search.contenders import CONTENDERS
from benchmarks.search.results import read_results
from tests.integration.command import write_reviews

ROOT = Path(__file__).parents[3]
SECONDS = 60


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("name", ("ray-actors", "ours"))
def test_a_contender_finds_a_model_in_time_and_leaves_nothing_running(name, tmp_path):
    if missing := [need for need in CONTENDERS[name].needs if find_spec(need) is None]:
        pytest.skip(f"needs {missing}")
    source, folder = write_reviews(tmp_path / "reviews.csv", rows=400, wrong=0.2), tmp_path / "out"
    options = ["--seconds", str(SECONDS), "--epochs", "3", "--datasets", str(source), "--contenders", name]
    command = [sys.executable, "-m", "benchmarks.search", *options, "--out", str(folder)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (run,) = read_results(folder).runs
    assert run.started >= run.ended >= 2
    assert run.epochs >= 2
    assert run.best is not None and 0.5 < run.best <= 1
    assert run.test_accuracy is not None
    assert max(event.seconds for event in run.events) <= SECONDS
    assert (folder / "RESULTS.md").exists()
