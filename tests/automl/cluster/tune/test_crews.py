from dataclasses import replace
from pathlib import Path

import pytest

from automl.cluster.tune.crews import REFILLS, Crews
from search_spaces import SPACES, Defaults, Pretraining, Space
from trials.protocol import Folds, Inheritance, TrialJob

POINT = Space("encoder", SPACES["encoder"]).ask(Defaults())
LINEAR = Space("linear", SPACES["linear"]).ask(Defaults())
STAGED = replace(POINT, pretraining=Pretraining(epochs=1.0, learning_rate=1e-4, mask_share=0.15))


def job(number=0, point=POINT, **fields):
    return TrialJob(number, point, 0, 100, "accuracy", Path(), Path(), **fields)


def deeper(point):
    return replace(point, architecture=replace(point.architecture, depth=point.architecture.depth + 1))


def test_a_trial_that_can_have_mates_gets_a_pack_of_the_wanted_size():
    assert Crews(lambda _: 4).size_for(job()) == 4
    assert Crews().size_for(job()) == 1


@pytest.mark.parametrize(
    "alone",
    [
        job(point=LINEAR),
        job(point=STAGED),
        job(folds=Folds(3, seed=0)),
        job(inherits=Inheritance(Path(), POINT)),
        job(batch_parts=2),
    ],
    ids=["linear", "self-supervised", "cross-validated", "population", "batches in parts"],
)
def test_what_cannot_be_a_member_runs_alone(alone):
    assert Crews(lambda _: 4).size_for(alone) == 1


def test_a_limit_holds_for_models_of_that_shape_and_is_news_once():
    crews = Crews(lambda _: 8)
    faster = replace(POINT, optimizer=replace(POINT.optimizer, learning_rate=0.01))
    assert not crews.limit(job(), 8), "nothing is less than was wanted"
    assert crews.limit(job(), 4)
    assert not crews.limit(job(), 4)
    assert not crews.limit(job(), 6), "it does not rise again"
    assert crews.limit(job(point=faster), 2)
    assert crews.size_for(job()) == crews.size_for(job(point=faster)) == 2
    assert crews.size_for(job(point=deeper(POINT))) == 8
    assert not crews.limit(job(point=LINEAR), 1)


def test_a_pack_has_room_while_it_has_free_places_and_may_be_refilled():
    crews = Crews(lambda _: 3)
    crews.add("worker", [job(0), job(1), job(2)], 3)
    crew = crews.of("worker")
    assert (crew.room, crew.refills) == (0, 3 * REFILLS)
    del crew.jobs[0], crew.jobs[1]
    assert crew.room == 2
    assert crew.first.number == 2
    crew.refills = 1
    assert crew.room == 1
    del crew.jobs[2]
    assert crew.room == 0, "it has ended"


def test_a_trial_alone_takes_no_mates():
    crews = Crews(lambda _: 3)
    crews.add("worker", [job()], 1)
    assert crews.of("worker").room == 0
    assert crews.of("worker").refills == 0


def test_a_worker_that_is_forgotten_has_no_crew():
    crews = Crews(lambda _: 3)
    crews.add("worker", [job(5)], 1)
    assert list(crews.end("worker").jobs) == [5]
    assert crews.of("worker") is None
    assert crews.end("worker") is None


def test_a_trial_that_begins_elsewhere_leaves_its_other_worker_which_is_idle_if_it_has_no_other_one():
    crews = Crews(lambda _: 2)
    crews.add("pack", [job(0), job(1)], 2)
    crews.add("alone", [job(2)], 1)
    crews.add("new", [job(1)], 1)
    assert crews.leave(1, besides="new") == []
    assert list(crews.of("pack").jobs) == [0]
    assert crews.of("pack").taken == [1], "its worker is told with the next change"
    assert list(crews.of("new").jobs) == [1]
    assert crews.leave(2, besides="new") == ["alone"]


def test_a_pack_counts_as_one_worker():
    crews = Crews(lambda _: 3)
    crews.add("pack", [job(0), job(1), job(2)], 3)
    crews.add("alone", [job(3)], 1)
    assert crews.workers == 2


def test_a_worker_whose_trials_all_run_no_more_is_idle_and_still_counts():
    crews = Crews(lambda _: 3)
    crews.add("pack", [job(0), job(1), job(2)], 3)
    crews.add("alone", [job(3)], 1)
    assert crews.idle({1, 3}.__contains__) == []
    assert crews.idle({3}.__contains__) == ["pack"] and crews.workers == 2
