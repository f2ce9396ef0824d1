"""The space that docs/spaces.md shows, as its reader would use it."""

import re
from pathlib import Path

from automl.experiment.spaces import resolve_space
from search_spaces import FloatRange, IntRange
from tests.integration.command import automl, write_reviews
from tests.integration.running import record
from trials.record import TrialEnd

PAGE = Path(__file__).parents[2] / "docs" / "spaces.md"
LINES = 12


def test_the_example_is_short_and_can_be_searched(tmp_path, monkeypatch):
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), flags=re.DOTALL)
    assert sum(bool(line.strip()) for line in code.splitlines()) <= LINES
    (tmp_path / "own_space.py").write_text(code)
    write_reviews(tmp_path / "reviews.csv", rows=80)
    shown = automl("spaces", "own_space:shallow", cwd=tmp_path)
    assert shown.returncode == 0 and "architecture.heads" in shown.stdout, shown.stderr
    limits = ("--trials", 2, "--epochs", 1, "--study", "s")
    done = automl("search", "reviews.csv", "--space", "own_space:shallow", *limits, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    trials = record(tmp_path).trials
    assert trials[0].params == {"architecture.heads": 4, "optimizer.learning_rate": 3e-3}
    assert trials[1].params.keys() == trials[0].params.keys()

    monkeypatch.chdir(tmp_path)
    space, problems = resolve_space("own_space:shallow", {})
    assert problems == []
    assert space.dimensions() == {
        "architecture.heads": IntRange(1, 8, 4),
        "optimizer.learning_rate": FloatRange(3e-4, 3e-2, 3e-3, log=True),
    }


GROWING = """
from dataclasses import replace
from search_spaces import SPACES, Defaults

DEFAULT = SPACES["encoder"](Defaults())
HEADS, ACTIVATIONS = {heads}, {activations}


def space(suggest):
    heads = suggest.choice("architecture.heads", HEADS, default=1)
    activation = suggest.choice("architecture.activation", ACTIVATIONS, default="gelu") if ACTIVATIONS else "gelu"
    architecture = replace(DEFAULT.architecture, depth=1, heads=heads, activation=activation)
    return replace(DEFAULT, architecture=architecture)
"""


def test_a_study_goes_on_after_its_space_has_grown(tmp_path):
    file = tmp_path / "growing.py"
    file.write_text(GROWING.format(heads=(1, 2), activations=()))
    write_reviews(tmp_path / "reviews.csv", rows=80)
    limits = ("--trials", 1, "--epochs", 1, "--study", "s")
    begun = automl("search", "reviews.csv", "--space", "growing:space", *limits, cwd=tmp_path)
    assert begun.returncode == 0, begun.stderr
    file.write_text(GROWING.format(heads=(1, 2, 4), activations=("gelu", "relu")))
    resumed = automl("resume", "s", "--trials", "+2", cwd=tmp_path)
    assert resumed.returncode == 0, resumed.stderr
    assert "goes on as it was: architecture.heads (1, 2), architecture.activation (gelu)" in resumed.stderr
    first, *others = record(tmp_path).trials
    assert first.params == {"architecture.heads": 1}
    assert all(trial.params in ({"architecture.heads": 1}, {"architecture.heads": 2}) for trial in others)
    assert {trial.end for trial in (first, *others)} <= {TrialEnd.COMPLETED, TrialEnd.PRUNED}
