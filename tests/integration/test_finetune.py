"""A search over pretrained checkpoints, as a user runs it."""

import json

import pytest
from transformers import pipeline

from tests.integration.command import automl, write_reviews
from tests.integration.running import record
from tests.trials.pretrained.checkpoints import save_checkpoint

LIMITS = ("--epochs", 0.5, "--study", "s")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("finetune")
    write_reviews(folder / "reviews.csv")
    for name, seed in (("first", 0), ("second", 1)):
        save_checkpoint(folder / name, seed=seed)
    return folder


@pytest.mark.slow
def test_checkpoints_compete_and_the_study_goes_on_from_another_folder(place, tmp_path):
    chosen = ("--space", "finetune", "--checkpoint", "first", "--checkpoint", "./second")
    done = automl("search", "reviews.csv", *chosen, "--trials", 3, *LIMITS, "--json", cwd=place)
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    assert facts["trials"] == 3
    (answer,) = pipeline("text-classification", model=facts["folder"], device="cpu")("a film")
    assert answer["label"] in {"positive", "negative"}
    resumed = automl("resume", "s", "--trials", "+2", "--workspace", place / "runs", "--json", cwd=tmp_path)
    assert resumed.returncode == 0, resumed.stderr
    assert json.loads(resumed.stdout)["trials"] == 5
    used = {trial.params["architecture.checkpoint"] for trial in record(place).trials}
    assert used <= {str(place / "first"), str(place / "second")}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--checkpoint", "./nowhere"), "must be a folder, but there is none"),
        (("--checkpoint", "."), "config.json"),
        (("--checkpoint", "first", "--space", "encoder"), "no parameter 'architecture.checkpoint'"),
        (("--space", "finetune", "--set", "space.overrides.architecture.checkpoint=3"), "no option 3"),
    ],
)
def test_a_checkpoint_that_cannot_be_used_ends_before_anything_is_made(place, tmp_path, arguments, said):
    refused = automl("search", "reviews.csv", *arguments, *LIMITS, "--workspace", tmp_path / "runs", cwd=place)
    assert refused.returncode == 2
    assert said in refused.stderr and "Traceback" not in refused.stderr
    assert not (tmp_path / "runs").exists()
