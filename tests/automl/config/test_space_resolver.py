"""A space by name: ours, or a user's own function."""

import sys

import pytest

from automl.config.space_resolver import idle_overrides, resolve_space
from search_spaces import SPACES, Choice

OWN = """
from search_spaces import SPACES, Suggest

def deep(suggest: Suggest):
    suggest.integer("own.levels", 1, 3, default=2)
    return SPACES["encoder"](suggest)

def broken(suggest):
    raise KeyError("levels")

def no_point(suggest):
    return 3

number = 3
"""


@pytest.fixture
def own(tmp_path, monkeypatch):
    (tmp_path / "own_spaces.py").write_text(OWN)
    (tmp_path / "own_syntax.py").write_text("def f(:\n")
    (tmp_path / "own_needs.py").write_text("import a_package_that_is_not_there\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if entry])
    yield
    for name in ("own_spaces", "own_syntax", "own_needs"):
        sys.modules.pop(name, None)


def test_ours_with_overrides():
    space, problems = resolve_space("encoder", {"architecture.depth": 3})
    assert problems == []
    assert space.function is SPACES["encoder"]
    assert space.overrides == {"architecture.depth": Choice((3,), 3)}


def test_a_users_own(own):
    space, problems = resolve_space("own_spaces:deep", {"own.levels": [1, 2]})
    assert problems == []
    assert space.dimensions()["own.levels"] == Choice((1, 2), 2)
    assert space.name == "own_spaces:deep"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("encodr", "Did you mean 'encoder'?"),
        ("own_spaces:dep", "the module 'own_spaces' has no function 'dep'; it has: deep, broken, no_point"),
        ("own_spaces:number", "must be a function with one argument, not 3"),
        ("own_spaces:broken", "must give a point, but it raised KeyError: 'levels'"),
        ("own_spaces:no_point", "must return one of search_spaces' Point, Probe, Linear, not int"),
        ("own_space:deep", "there is no module 'own_space'"),
        ("own_needs:f", "there is no module 'a_package_that_is_not_there'"),
        ("own_syntax:f", "cannot be imported: SyntaxError"),
        (":f", "cannot be imported"),
    ],
)
def test_what_cannot_be_used(own, name, words):
    space, problems = resolve_space(name, {})
    assert space is None
    assert len(problems) == 1
    assert words in problems[0]


def test_an_impossible_override_is_told_with_the_space_at_hand():
    space, problems = resolve_space("encoder", {"architecture.depth": 0, "architecture.heads": 2})
    assert space is not None
    assert "the depth must be at least 1, not 0" in problems[0]


@pytest.mark.parametrize(
    ("overrides", "idle"),
    [
        ({"algorithm": ["linear"], "finetune.optimizer.learning_rate": 1e-4}, ["'finetune.optimizer.learning_rate'"]),
        ({"algorithm": "linear", "architecture.checkpoint": "minilm"}, ["'architecture.checkpoint'"]),
        ({"algorithm": ["linear", "probe"], "architecture.checkpoint": "minilm", "linear.text.words": 1}, []),
        ({"finetune.optimizer.learning_rate": 1e-4}, []),
    ],
)
def test_an_override_that_no_trial_would_meet_is_told(overrides, idle):
    space, problems = resolve_space("auto", overrides)
    assert problems == []
    told = idle_overrides(space)
    assert [problem.split()[3] for problem in told] == idle
    assert all("'algorithm'" in problem for problem in told)


def test_an_override_may_name_an_algorithm_that_the_space_does_not_offer_by_itself_with_its_parameters():
    space, problems = resolve_space("auto", {"algorithm": ["linear", "large_probe"], "large_probe.features.layers": 2})
    assert problems == []
    assert space is not None and space.algorithms() == ("linear", "large_probe")
    assert space.defaults("large_probe")["large_probe.features.layers"] == 2
    _, problems = resolve_space("auto", {"algorithm": ["linear", "larg_probe"]})
    assert "did you mean 'large_probe'?" in problems[0]
    _, problems = resolve_space("auto", {"large_probe.features.layers": 2})
    assert "no parameter 'large_probe.features.layers'" in problems[0]


def test_where_the_space_itself_is_wrong_nothing_is_told_twice():
    space, problems = resolve_space("encoder", {"architecture.depth": 0})
    assert problems
    assert idle_overrides(space) == []
