from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from automl.cluster import Slots
from automl.console.console import Console
from automl.core.errors import UsageError
from automl.session.create import create_study, new_study_name
from automl.storage.study_store import StudyStore, sqlite_url
from tests.automl.engine.helpers import Bench, run_through
from tests.automl.session.plans import DATA, make_plan
from tests.automl.storage.studies import NEW

CPUS = SimpleNamespace(slots=Slots(2, 1.0, 0.0), gpus=None, home=None, gpu_model=None)
EARLIER = NEW.name


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StudyStore]:
    """A store with a study whose third trial was the best."""
    bench = Bench(tmp_path_factory.mktemp("earlier"))
    bench.create()
    ledger = bench.ledger(trials=3, pruner="none")
    for value in (0.5, 0.6, 0.9):
        run_through(ledger, ledger.begin().number, value)
    yield bench.store
    bench.store.close()


def created(store: StudyStore, plan) -> list[dict[str, object]]:
    """The points that wait in the new study, in the order of its trials."""
    name = store.free_name("new")
    create_study(plan, store, name, CPUS, Console())
    return [dict(trial.params) for trial in store.study(name).record().trials]


def test_a_study_begins_with_the_default(store, tmp_path, capsys):
    plan = make_plan(tmp_path)
    assert created(store, plan) == [plan.space.defaults()]
    assert capsys.readouterr().out == ""


def test_a_default_that_takes_longer_than_the_search_is_not_tried_at_first_and_that_is_told(store, tmp_path, capsys):
    short, long = (make_plan(tmp_path, "auto", time_budget=seconds) for seconds in (0.5, 1e9))
    many, nothing = created(store, long), capsys.readouterr().out
    few, sentence = created(store, short), capsys.readouterr().out
    assert nothing == ""
    assert len(few) < len(many)
    assert "is expected to take longer than the search: " in sentence
    assert "finetune" in sentence and "linear" not in sentence


def test_points_of_an_earlier_study_are_recommended_and_told(store, tmp_path, capsys):
    plan = make_plan(tmp_path, warm_start=[EARLIER])
    assert created(store, plan) == [plan.space.defaults()], "the sampler tries them, if they keep their promise"
    assert EARLIER in capsys.readouterr().out
    name = store.names()[-1]
    best = dict(store.study(EARLIER).record().trials[2].params)
    recommended = store.study(name).settings().recommended
    assert (recommended[0].study, dict(recommended[0].point)) == (EARLIER, best)


def test_a_grid_has_the_recommended_points_from_the_start(store, tmp_path):
    points = created(store, make_plan(tmp_path, warm_start=[EARLIER], sampler="grid"))
    assert dict(store.study(EARLIER).record().trials[2].params) in points
    assert store.study(store.names()[-1]).settings().recommended == ()


def test_a_name_that_is_given_must_be_free_and_one_that_is_not_is_made(store, tmp_path):
    experiment, prepared = make_plan(tmp_path).experiment, SimpleNamespace(dataset=replace(DATA, name="my data.csv"))
    workspace = make_plan(tmp_path).workspace
    assert new_study_name(experiment, prepared, store, workspace) == "my-data.csv"
    named = experiment.model_copy(update={"study": "mine"})
    assert new_study_name(named, prepared, store, workspace) == "mine"
    taken = experiment.model_copy(update={"study": EARLIER})
    with pytest.raises(UsageError, match="automl resume 'a study' --workspace"):
        new_study_name(taken, prepared, store, workspace)


def test_a_name_after_the_data_counts_on(tmp_path: Path):
    store = StudyStore(sqlite_url(tmp_path))
    plan = make_plan(tmp_path)
    names = []
    for _ in range(3):
        names.append(new_study_name(plan.experiment, plan.prepared, store, plan.workspace))
        create_study(plan, store, names[-1], CPUS, Console())
    store.close()
    assert names == ["toy", "toy-2", "toy-3"]
