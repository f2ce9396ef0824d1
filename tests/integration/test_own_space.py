"""The space that docs/spaces.md shows, as its reader would use it."""

import re
from pathlib import Path

from automl.config.space_resolver import resolve_space
from search_spaces import FloatRange, IntRange
from tests.integration.command import automl, write_reviews
from tests.integration.running import record

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
