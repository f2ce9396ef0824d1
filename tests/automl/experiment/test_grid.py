import pytest

from automl.errors import UsageError
from automl.experiment.load import build_experiment

GRID = {"search.sampler": "grid"}


def test_a_grid_that_nobody_could_go_through_is_refused_with_its_size_and_what_to_narrow():
    with pytest.raises(UsageError, match=r"at most 10,000 points, but has .*space\.overrides, such as .* values\)"):
        build_experiment("bbc-news", ["space.name=encoder"], GRID)


def test_a_grid_is_measured_with_its_overrides():
    build_experiment("bbc-news", ["space.name=linear"], GRID)
    with pytest.raises(UsageError, match="but has 13,500"):
        penalties = ", ".join(str(float(number)) for number in range(1, 251))
        build_experiment(
            "bbc-news", ["space.name=linear", f"space.overrides.classifier.inverse_penalty=[{penalties}]"], GRID
        )


def test_what_is_done_about_unlike_classes_counts_where_it_is_asked_for():
    penalties = ", ".join(str(float(number)) for number in range(1, 151))
    settings = ["space.name=linear", f"space.overrides.classifier.inverse_penalty=[{penalties}]"]
    build_experiment("bbc-news", settings, GRID)
    with pytest.raises(UsageError, match="but has 16,200"):
        build_experiment("bbc-news", [*settings, "space.overrides.training.balance=[none, weights]"], GRID)


def test_other_samplers_have_no_such_limit():
    build_experiment("bbc-news", ["space.name=encoder"], {})
