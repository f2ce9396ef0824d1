from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from automl.core.events import StopReason
from automl.core.records import NewStudy
from automl.engine.open_study import OpenStudy, open_study
from automl.storage.study import Study
from automl.storage.study_store import StudyStore, sqlite_url
from search_spaces import ALGORITHM, Space
from search_spaces.suggest import Suggest
from tests.automl.engine.helpers import NEW, TWO


def small(suggest: Suggest) -> object:
    suggest.choice("color", ("red", "green"), default="red")
    suggest.choice("size", (1, 2), default=1)
    return None


SMALL = Space("small", small)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StudyStore]:
    store = StudyStore(sqlite_url(tmp_path_factory.mktemp("studies")))
    yield store
    store.close()


@pytest.fixture
def create(store: StudyStore) -> Callable[..., Study]:
    """Makes a new study, whose only point is empty."""

    def create(new: NewStudy = NEW) -> Study:
        return store.create(replace(new, name=store.free_name("s")), {})

    return create


def opened(study: Study, *, sampler: str = "random", seed: int = 0, driver: int = 0, **more: object) -> OpenStudy:
    return open_study(study, sampler=sampler, pruner=more.pop("pruner", "asha"), seed=seed, driver=driver, **more)


def drawn(study: OpenStudy) -> float:
    """What the sampler draws next, after the default, which is not drawn."""
    trial = study.study.ask()
    value = trial.suggest_float("x", 0, 1)
    study.study.tell(trial, 0.5)
    return value


def test_no_driver_draws_the_points_of_another_nor_those_of_before(create):
    study = create()
    draws = [drawn(opened(study, driver=driver)) for driver in (0, 1, 0, 2, 1)]
    assert len(set(draws)) == 5


def test_the_same_search_draws_the_same_again(create):
    one, other = create(), create()
    for driver in (0, 3):
        assert drawn(opened(one, driver=driver)) == drawn(opened(other, driver=driver))


def test_a_study_is_done_when_its_trials_have_begun_and_not_before(create):
    stored = create()
    study = opened(stored)
    assert not study.is_done(1), "a trial that waits has not begun"
    trial = study.study.ask()
    assert study.is_done(1)
    assert study.why_done == StopReason.TRIALS
    assert not study.is_done(2)
    assert not study.is_done(None)
    stored.requeue(trial.number)
    assert not study.is_done(1), "it was preempted, and is to be run again"


def test_a_grid_is_exhausted_when_each_of_its_points_has_begun_and_none_waits(create):
    stored = create()
    grid = opened(stored, sampler="grid", space=SMALL)
    points = set()
    while not grid.is_done(None):
        trial = grid.study.ask()
        points.add((trial.suggest_categorical("color", ["red", "green"]), trial.suggest_categorical("size", [1, 2])))
    assert len(points) == 4
    assert grid.why_done == StopReason.GRID
    stored.requeue(1)
    assert not grid.is_exhausted


def test_pruners_suit_the_goals_and_only_pbt_has_populations(create):
    one, two = create(), create(TWO)
    assert type(opened(one).study.pruner) is not type(opened(two).study.pruner)
    assert opened(one).populations is None
    assert opened(one, pruner="pbt").populations is not None


def test_an_algorithm_whose_device_is_taken_gives_way(create):
    options, taken = ("linear", "probe"), []
    study = opened(create(), sampler="tpe", defaults={each: {} for each in options}, taken=lambda: taken).study
    study.ask()  # the default, which nobody chose
    assert study.ask().suggest_categorical(ALGORITHM, options) == "linear"
    taken.append("probe")
    assert study.ask().suggest_categorical(ALGORITHM, options) == "linear"
    taken[:] = ["linear"]
    assert [study.ask().suggest_categorical(ALGORITHM, options) for _ in range(3)] == ["probe"] * 3
