"""A study that begins where an earlier one ended, as a user runs it."""

import pytest

from tests.integration.command import automl, overrides, write_reviews
from tests.integration.running import record

OTHER_DEFAULT = "optimizer.learning_rate={low: 1.0e-4, high: 1.0e-2, default: 2.0e-4}"
"""What was worse in an earlier study than the default of now is not tried. Where that was not tried, all of it is."""


@pytest.mark.slow
def test_the_best_points_of_an_earlier_study_are_tried_first(tmp_path):
    write_reviews(tmp_path / "first.csv")
    write_reviews(tmp_path / "second.csv", seed=1)
    limits = ("--epochs", 0.5, "--pruner", "none")
    done = automl(
        "search", "first.csv", "--study", "first", "--trials", 4, *limits, *overrides(OTHER_DEFAULT), cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    chosen = ("--warm-start", "first", "--set", "search.points=[{architecture.depth: 1, architecture.heads: 2}]")
    done = automl(
        "search", "second.csv", "--study", "second", *chosen, "--trials", 4, *limits, *overrides(), cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    first, second = (record(tmp_path, name).trials for name in ("first", "second"))
    assert second[1].params == {**second[0].params, "architecture.depth": 1, "architecture.heads": 2}
    best = max(first, key=lambda trial: trial.best.metrics["macro_f1"])
    assert second[2].params == best.params
    assert [trial.state for trial in second] == ["COMPLETE"] * 4

    assert "of first (likeness " in done.stdout

    resumed = automl("resume", "second", "--trials", "8", cwd=tmp_path)
    assert resumed.returncode == 0, resumed.stderr
    told = [trial.params for trial in record(tmp_path, "second").trials]
    assert len({str(params) for params in told}) == len(told) == 8, "each point once, and then new ones"


@pytest.mark.slow
def test_all_earlier_studies_and_a_prior(tmp_path):
    for name, seed in (("first.csv", 0), ("second.csv", 1)):
        write_reviews(tmp_path / name, seed=seed)
    limits = ("--trials", 4, "--epochs", 0.5, "--pruner", "none")
    assert automl("search", "first.csv", *limits, *overrides(OTHER_DEFAULT), cwd=tmp_path).returncode == 0
    known = ("--warm-start", "auto", "--prior", "architecture.depth=1:high")
    done = automl("search", "second.csv", *known, *limits, *overrides(), "--set", "resources.slots=4", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "of earlier studies first, as long as they score better than the default" in done.stdout
    trials = record(tmp_path, "second").trials
    assert trials[1].params == {**trials[0].params, "architecture.depth": 1}
    earlier = [trial.params for trial in record(tmp_path, "first").trials]
    assert all(trial.params in earlier for trial in trials[2:])


def test_what_cannot_be_tried_first_is_told_before_anything_is_made(tmp_path):
    write_reviews(tmp_path / "reviews.csv")
    points = "search.points=[{architecture.dept: 2}, {optimizer.beta1: 7}]"
    refused = automl(
        "search", "reviews.csv", "--space", "encoder", "--warm-start", "nowhere", "--set", points, cwd=tmp_path
    )
    assert refused.returncode == 2
    for said in ("nowhere", "'architecture.depth'", "0.8 .. 0.95"):
        assert said in refused.stderr
    assert "Traceback" not in refused.stderr
    assert automl("studies", cwd=tmp_path).returncode == 0
    assert not (tmp_path / "runs" / "reviews").exists()
