"""A search over parts of a pretrained checkpoint, as a user runs it, to a winner that transformers cannot describe."""

import csv
import json

import pytest

from tests.integration.command import automl, write_reviews
from tests.integration.running import record
from tests.trials.pretrained.checkpoints import save_checkpoint

SHARES = ("--set", "space.overrides.architecture.heads_share=0.5", "--set", "space.overrides.text.longest=64")


@pytest.mark.slow
def test_a_winner_with_fewer_heads_is_handed_over_predicts_and_the_study_goes_on(tmp_path):
    write_reviews(tmp_path / "reviews.csv")
    save_checkpoint(tmp_path / "encoder")
    limits = ("--ensemble", "off", "--checkpoint", "encoder", "--trials", 2, "--epochs", 0.5, "--study", "s")
    done = automl("search", "reviews.csv", "--space", "subnet", *SHARES, *limits, "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    best = tmp_path / "runs" / "s" / "best"
    facts = json.loads((best / "automl.json").read_text())
    assert facts["parameters"]["architecture.heads_share"] == 0.5
    assert {"classifier.json", "classifier.safetensors", "encoder"} <= {path.name for path in best.iterdir()}
    assert "load_classifier" in (best / "README.md").read_text()

    said = automl("predict", best, "--input", "reviews.csv", "--output", "labelled.csv", cwd=tmp_path)
    assert said.returncode == 0, said.stderr
    with (tmp_path / "labelled.csv").open(newline="") as file:
        assert {row["label"] for row in csv.DictReader(file)} <= {"positive", "negative"}
    assert "lacks" not in automl("doctor", cwd=tmp_path).stdout

    resumed = automl("resume", "s", "--trials", "+1", "--json", cwd=tmp_path)
    assert resumed.returncode == 0, resumed.stderr
    assert len(record(tmp_path).trials) == 3
