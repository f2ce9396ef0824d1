from dataclasses import replace
from types import SimpleNamespace

import pytest

from automl.core.errors import WorkspaceError
from automl.doctor.checks import mlflow
from automl.doctor.checks.mlflow import MOST_SHOWN, find_other_runs
from tests.automl.report.records import make_study

NEWS, REVIEWS = make_study(), replace(make_study(), name="reviews")


@pytest.fixture
def examined(monkeypatch):
    """Lets studies differ from MLflow by what is given for each."""

    def examine(**differences: object):
        def find(uri, study):
            found = differences.get(study.name, ())
            if isinstance(found, Exception):
                raise found
            assert uri == f"http://{study.name}"
            return found

        monkeypatch.setattr(mlflow, "find_differences", find)
        store = SimpleNamespace(study=lambda name: SimpleNamespace(record=lambda: f"{name} as it is now"))
        return SimpleNamespace(
            store=store,
            studies=(NEWS, REVIEWS),
            tracking={study.name: f"http://{study.name}" for study in (NEWS, REVIEWS)},
            workspace=SimpleNamespace(artifacts="artifacts"),
        )

    return examine


def test_studies_that_agree_are_not_told(examined):
    assert list(find_other_runs(examined())) == []


@pytest.mark.parametrize(("count", "more"), [(MOST_SHOWN, None), (MOST_SHOWN + 3, "and 3 more")])
def test_of_many_differences_the_first_are_told_and_the_others_counted(examined, count, more):
    (found,) = find_other_runs(examined(reviews=tuple(f"trial-{number} is missing" for number in range(count))))
    assert found.sentence.startswith("study 'reviews': in MLflow trial-0 is missing; ")
    assert found.sentence.count("is missing") == MOST_SHOWN
    assert found.sentence.endswith(more or "trial-4 is missing")


def test_mlflow_that_does_not_answer_for_one_study_does_not_hide_the_other(examined):
    away, missing = find_other_runs(examined(news=WorkspaceError("it must answer"), reviews=("trial-0 is missing",)))
    assert (away.sentence, away.repair) == ("study 'news': it must answer", None)
    assert "'reviews'" in missing.sentence


def test_the_repair_takes_the_study_as_it_is_by_then(examined, monkeypatch):
    """Another check may have changed the database since the look."""
    told = []
    monkeypatch.setattr(mlflow, "repair_differences", lambda *arguments: told.append(arguments))
    (found,) = find_other_runs(examined(news=("trial-0 is missing",)))
    found.repair()
    assert told == [("http://news", "artifacts", "news as it is now")]
