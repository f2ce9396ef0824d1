"""The space that docs/spaces.md shows, as its reader would use it."""

import re
from pathlib import Path

from automl.config.space_resolver import resolve_space
from search_spaces import FloatRange, IntRange
from tests.integration.command import automl

PAGE = Path(__file__).parents[2] / "docs" / "spaces.md"
LINES = 12


def example() -> str:
    """Its code, in which tests/integration/test_interruptions.py searches."""
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), flags=re.DOTALL)
    return code


def test_the_example_is_short_and_is_a_space(tmp_path, monkeypatch):
    code = example()
    assert sum(bool(line.strip()) for line in code.splitlines()) <= LINES
    (tmp_path / "own_space.py").write_text(code)
    shown = automl("spaces", "own_space:shallow", cwd=tmp_path)
    assert shown.returncode == 0 and "architecture.heads" in shown.stdout, shown.stderr
    monkeypatch.chdir(tmp_path)
    space, problems = resolve_space("own_space:shallow", {})
    assert problems == []
    assert space.dimensions() == {
        "architecture.heads": IntRange(1, 8, 4),
        "optimizer.learning_rate": FloatRange(3e-4, 3e-2, 3e-3, log=True),
    }
