"""The installed wheel, not the checkout, runs a search: `trials` and `search_spaces` are generic names."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.command import overrides, write_reviews

ROOT = Path(__file__).parents[2]
WHERE = (
    "import automl, search_spaces, trials, automl.export, trials.data.readers\n"
    "print(*(module.__file__ for module in (automl, search_spaces, trials)), sep='\\n')"
)


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_the_installed_wheel_carries_all_rooms_and_runs_a_search(tmp_path):
    pip = [sys.executable, "-m", "pip", "--quiet"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", tmp_path, ROOT], check=True, timeout=200)
    (wheel,) = tmp_path.glob("*.whl")
    site = tmp_path / "site"
    subprocess.run([*pip, "install", "--no-deps", "--target", site, wheel], check=True, timeout=60)
    place = tmp_path / "elsewhere"
    place.mkdir()
    write_reviews(place / "reviews.csv", rows=80)
    environment = {**os.environ, "PYTHONPATH": str(site)}

    def run(*arguments: object) -> str:
        done = subprocess.run(
            [sys.executable, *map(str, arguments)],
            cwd=place,
            env=environment,
            capture_output=True,
            text=True,
            timeout=150,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert all(Path(file).is_relative_to(site) for file in run("-c", WHERE).split())
    said = run("-m", "automl", "search", "reviews.csv", "--trials", 2, "--epochs", 2, "--json", *overrides())
    assert json.loads(said)["trials"] == 2
