"""The default: a search among algorithms, as a user runs it."""

import json
import re

import pytest

from automl.export.load_model import load_classifier
from search_spaces import ALGORITHM
from tests.integration.command import automl, write_reviews
from tests.integration.running import record
from tests.trials.pretrained.checkpoints import save_checkpoint


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("auto")
    write_reviews(folder / "reviews.csv", rows=200)
    save_checkpoint(folder / "encoder")
    return folder


@pytest.fixture(scope="module")
def facts(place):
    """What a search says of itself, and leaves in the folder."""
    limits = ("--trials", 4, "--epochs", 0.5, "--study", "s", "--slots", 1)
    done = automl("search", "reviews.csv", "--checkpoint", "encoder", *limits, "--json", cwd=place)
    assert done.returncode == 0, done.stderr
    (place / "said").write_text(done.stderr)
    return json.loads(done.stdout)


def test_the_default_of_each_algorithm_comes_first_and_all_of_them_train(place, facts):
    trials = record(place).trials
    assert [trial.params[ALGORITHM] for trial in trials[:3]] == ["linear", "probe", "finetune"]
    assert len(trials) == 4
    assert all(trial.end is not None and trial.best is not None for trial in trials)
    assert trials[1].params["architecture.checkpoint"] == str(place / "encoder")
    steps = {trial.params[ALGORITHM]: [evaluation.step for evaluation in trial.evaluations] for trial in trials[:3]}
    assert steps["linear"] == steps["probe"] == [81], "what is fitted in one go is looked at once"
    assert len(steps["finetune"]) > 1


def test_the_first_trial_of_an_algorithm_is_told_by_its_name_alone(place, facts):
    said = (place / "said").read_text().splitlines()
    assert [line.partition("started: ")[2] for line in said if "trial 2 started" in line] == ["algorithm=finetune"]


def test_the_winner_is_handed_over_whatever_it_is(place, facts):
    """These words tell all, so the linear model wins."""
    assert facts["scores"]["winner"]["test"]["accuracy"] > 0.95
    assert facts["parameters"][ALGORITHM] in {"linear", "probe"}
    best = place / "runs/s/best"
    assert load_classifier(best).label_names == ("negative", "positive")
    assert "load_classifier" in (best / "README.md").read_text()
    (place / "new.csv").write_text("review\na lovely film\na dull and tedious plot\n")
    done = automl("predict", best, "--input", "new.csv", "--text", "review", cwd=place)
    assert done.returncode == 0, done.stderr
    assert [line.split(",")[1] for line in done.stdout.splitlines()[1:]] == ["positive", "negative"]


def test_a_search_of_few_rows_is_cross_validated_and_goes_on_so(tmp_path):
    write_reviews(tmp_path / "few.csv", rows=60, wrong=0.2)
    algorithms = ("--set", "space.overrides.algorithm=[linear]")
    done = automl(
        "search", "few.csv", *algorithms, "--trials", 3, "--time-budget", "5m", "--study", "few", "--json", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert "training and validation rows are too few to set some aside for validation; --folds off" in done.stderr
    assert re.search(
        r"Each trial is cross-validated over 5 folds of the \d\d training and validation rows\.", done.stderr
    )
    facts = json.loads(done.stdout)
    assert facts["folds"] == 5 and facts["validation_optimism"] is not None

    decided = automl("decide", "few", "--metric", "mcc", cwd=tmp_path)
    assert decided.returncode == 0, decided.stderr
    assert "training and validation rows, each by models of the folds that did not see it" in decided.stdout

    again = automl("resume", "few", "--trials", "+1", "--json", cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert [len(trial.folds) for trial in record(tmp_path, "few").trials] == [5, 5, 5, 5]

    off = ("--folds", "off", "--trials", 1, "--time-budget", "5m", "--json")
    split = automl("search", "few.csv", *algorithms, *off, cwd=tmp_path)
    assert split.returncode == 0, split.stderr
    assert json.loads(split.stdout)["folds"] == 0


def test_doctor_finds_nothing_amiss(place, facts):
    done = automl("doctor", cwd=place)
    assert done.returncode == 0, done.stdout


def test_a_parameter_of_an_algorithm_is_named_after_it(place):
    wrong = ("--set", "space.overrides.optimizer.beta1=0.9", "--set", "space.overrides.algorithm=[linear, forest]")
    refused = automl("search", "reviews.csv", *wrong, "--workspace", "elsewhere", cwd=place)
    assert refused.returncode == 2
    for said in ("no parameter 'optimizer.beta1'", "optimizer.beta1'", "it has no option 'forest'"):
        assert said in refused.stderr
    assert "Traceback" not in refused.stderr and not (place / "elsewhere").exists()
