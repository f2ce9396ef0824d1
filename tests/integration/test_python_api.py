"""A search from Python, as a notebook runs it, and what it must give back."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
from inspect import signature
from pathlib import Path

import pytest

import automl
from tests.integration.command import automl as command
from tests.integration.command import write_reviews

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def reviews(tmp_path_factory):
    import pandas as pd

    return pd.read_csv(write_reviews(tmp_path_factory.mktemp("reviews") / "reviews.csv", rows=200))


@pytest.fixture(scope="module")
def result(reviews, tmp_path_factory):
    """It is searched inside a running event loop, as in a notebook."""
    runs = tmp_path_factory.mktemp("python") / "runs"

    async def cell():
        return automl.search(reviews, label="sentiment", space="linear", trials=2, workspace=runs, progress=False)

    return asyncio.run(cell())


def test_a_table_gives_a_model_that_labels_and_explains(result, reviews):
    assert (result.name, result.reason) == ("table", "all trials done")
    assert result.model.predict(reviews["review"]) == list(reviews["sentiment"])
    found = result.model.explain("a charming film, charming")
    assert (found.label, found.top(1)[0].text) == ("positive", "charming")
    assert "label" in automl.predict(result.folder, reviews)


def test_the_trials_are_those_of_the_study_and_of_the_command_line(result):
    assert list(result.trials()["end"]) == ["completed"] * len(result.study.trials) == ["completed"] * 2
    shown = command("show", "table", "--workspace", result.outcome.workspace.folder)
    assert shown.returncode == 0 and "2 trials" in shown.stdout
    assert "## Scores" in result.report()


def test_what_readme_says_about_python_runs(result, monkeypatch):
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition("## From Python")[2]
    code = section.partition("```python\n")[2].partition("```")[0]
    real, arguments = signature(automl.search), []

    def search(*given, **named):
        arguments.append(real.bind(*given, **named).arguments)
        return result

    monkeypatch.setattr(automl, "search", search)
    exec(code, {})
    assert arguments[0]["label"] == "sentiment"


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_notebook_of_the_examples_runs(tmp_path, monkeypatch):
    from nbclient import NotebookClient
    from nbformat import read

    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    notebook = read(ROOT / "examples" / "python.ipynb", as_version=4)
    where = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, timeout=500, kernel_name="python3", resources=where).execute()
    assert (tmp_path / "runs" / "table" / "best" / "automl.json").is_file()


def script(text: str, folder: Path) -> subprocess.Popen[str]:
    """Runs a program that has no guard around its main code."""
    write_reviews(folder / "reviews.csv", rows=200)
    (folder / "program.py").write_text(textwrap.dedent(text))
    return subprocess.Popen(
        [sys.executable, "program.py"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_program_that_uses_ray_itself_searches_there_on_a_thread_and_goes_on(tmp_path):
    program = script(
        """
        import threading, ray, automl
        ray.init(num_cpus=2, logging_level="ERROR", log_to_driver=False)
        found = []
        def work():
            found.append(automl.search("reviews.csv", space="linear", trials=2, study="s"))
            found.append(automl.resume("s", trials="+1"))
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        print([len(each.trials()) for each in found], ray.get(ray.remote(lambda: "alive").remote()))
        """,
        tmp_path,
    )
    said, _ = program.communicate(timeout=500)
    assert said.rstrip().endswith("[2, 3] alive"), said
    assert "Starting Ray" not in said, said


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_ctrl_c_gives_the_best_model_so_far(tmp_path):
    program = script(
        """
        import automl
        result = automl.search("reviews.csv", space="linear", time_budget="10m")
        print(result.reason, result.model.predict(["a charming film"]))
        """,
        tmp_path,
    )
    for line in program.stdout:
        if "completed" in line:
            program.send_signal(signal.SIGINT)
            break
    said, _ = program.communicate(timeout=500)
    assert said.rstrip().endswith("interrupted ['positive']"), said


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_estimator_of_scikit_learn_searches(reviews, tmp_path):
    from automl.sklearn import TextClassifier

    classifier = TextClassifier(space="linear", trials=2, time_budget=None, workspace=tmp_path / "runs")
    classifier.fit(reviews["review"], reviews["sentiment"])
    assert classifier.score(reviews["review"], reviews["sentiment"]) == 1.0
    assert classifier.explain("a dull film").top(1)[0].text == "dull"


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_regressor_of_scikit_learn_reads_columns_beside_the_text(reviews, tmp_path):
    from automl.sklearn import TextRegressor

    table = reviews[["review"]].assign(year=[1970 + number % 50 for number in range(len(reviews))])
    prices = [
        100.0 * (sentiment == "good") + year
        for sentiment, year in zip(reviews["sentiment"], table["year"], strict=True)
    ]
    regressor = TextRegressor(space="linear", also="year", trials=2, time_budget=None, workspace=tmp_path / "runs")
    regressor.fit(table, prices)
    assert regressor.result_.model.columns == ("review", "year")
    assert regressor.score(table, prices) > 0.9
