"""The installed wheel, not the checkout, runs a search: `trials` and `search_spaces` are generic names."""

import json
import os
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

from tests.integration.command import overrides, write_reviews

ROOT = Path(__file__).parents[2]
WHERE = (
    "import automl, search_spaces, trials, automl.export, trials.data.readers\n"
    "print(*(module.__file__ for module in (automl, search_spaces, trials)), sep='\\n')"
)
FROM_PYTHON = """
import automl
result = automl.search("reviews.csv", study="python", space="linear", trials=2, progress=False)
print(len(result.trials()), *result.model.predict(["a charming, lovely film"]))
"""


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_wheel_and_source_archive_have_what_is_needed_and_nothing_else(tmp_path):
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", tmp_path, ROOT]
    subprocess.run(command, check=True, timeout=300, capture_output=True)
    (wheel,), (archive,) = tmp_path.glob("*.whl"), tmp_path.glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as opened:
        names = set(opened.namelist())
        (metadata,) = (name for name in names if name.endswith(".dist-info/METADATA"))
        facts = Parser().parsestr(opened.read(metadata).decode())
    assert {name.partition("/")[0] for name in names if ".dist-info" not in name} == {
        "automl",
        "search_spaces",
        "trials",
    }
    assert {f"{room}/py.typed" for room in ("automl", "search_spaces", "trials")} <= names
    assert "automl/storage/database/migrations/script.py.mako" in names
    sources = {
        path.relative_to(ROOT).as_posix()
        for room in ("automl", "trials", "search_spaces")
        for path in (ROOT / room).rglob("*.py")
    }
    assert sources <= names
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(facts.get_all("Classifier")) == set(project["classifiers"])
    assert set(facts.get_all("Provides-Extra")) == set(project["optional-dependencies"])
    with tarfile.open(archive) as opened:
        tops = {name.split("/")[1] for name in opened.getnames() if "/" in name}
    assert {"automl", "CHANGELOG.md", "constraints.txt", "LICENSE", "README.md"} <= tops
    assert tops.isdisjoint({"tests", "runs", "benchmarks", "shared"})


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
    assert run("-c", FROM_PYTHON).split() == ["2", "positive"]
    said = run("-m", "automl", "search", "reviews.csv", "--trials", 2, "--epochs", 2, "--json", *overrides())
    assert json.loads(said)["trials"] == 2
