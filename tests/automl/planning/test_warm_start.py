"""Whose points are tried first, of several earlier studies on real data."""

import re
from collections import Counter
from dataclasses import replace

import pytest

from automl.config.schema import SearchSection
from automl.planning.initial_points import first_points
from automl.planning.warm_start import EarlierStudy, earlier_studies, shared_out, warm_start_message
from automl.storage.study_store import StudyStore, sqlite_url
from tests.automl.corpora import corpus, part
from tests.automl.engine.helpers import ENCODER, NEW, Bench, evaluated
from trials.data.dataset_traits import DatasetTraits, describe
from trials.protocol import TrialEnd

STUDIES = {"same kind": ("rotten-tomatoes", 1, 4), "same matter": ("imdb", 0, 8), "news": ("bbc-news", 0, 2)}


@pytest.fixture(scope="module")
def new_data() -> DatasetTraits:
    return describe(part(corpus("rotten-tomatoes"), 0, 4))


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> StudyStore:
    """Three studies of twelve trials, on data that are more or less like the new ones, and one without a score."""
    folder = tmp_path_factory.mktemp("earlier")
    for seed, (name, (source, begin, step)) in enumerate(STUDIES.items()):
        traits = describe(part(corpus(source), begin, step))
        search(folder, name, traits, seed)
    store = StudyStore(sqlite_url(folder))
    store.create(replace(NEW, name="nothing yet"), ENCODER.defaults())
    yield store
    store.close()


def search(folder, name: str, traits: DatasetTraits | None, seed: int, trials: int = 12) -> None:
    bench = Bench(folder, study=name)
    bench.create(replace(NEW, name=name, traits=traits))
    ledger = bench.ledger(trials=trials, sampler="random", pruner="none", seed=seed)
    while (job := ledger.begin()) is not None:
        ledger.record(job.number, evaluated(81, 0.5 + job.number / 100, TrialEnd.COMPLETED))
    bench.store.close()


def begun(store, warm_start: list[str], traits: DatasetTraits | None, **search: object):
    section = SearchSection(warm_start=warm_start, **search)
    return first_points(ENCODER, section, store, traits=traits)


def shares(found) -> dict[str, int]:
    return dict(Counter(study.study for study, _ in found.earlier))


def sentence(found, **how: bool) -> str:
    return warm_start_message([study for study, _ in found.earlier], **how)


@pytest.mark.parametrize("named", [["auto"], ["news", "same matter", "same kind"], ["news", "auto"]])
def test_of_three_studies_the_likest_gives_most_and_each_at_least_its_best(store, new_data, named):
    found = begun(store, named, new_data)
    assert shares(found) == {"same kind": 4, "same matter": 3, "news": 1}
    best = {name: dict(store.study(name).record().trials[11].params) for name in STUDIES}
    assert [point for _, point in found.earlier[:3]] == [best["same kind"], best["same matter"], best["news"]]
    assert (len(found.points), len(found.earlier)) == (1, 8)


def test_one_sentence_tells_it(store, new_data):
    told_shares = r"4 of same kind \(likeness 0\.\d\d\), 3 of same matter \(0\.\d\d\), 1 of news \(0\.\d\d\)"
    said = sentence(begun(store, ["auto"], new_data))
    first = "Trying 8 points of earlier studies first"
    assert re.fullmatch(f"{first}, as long as they score better than the default: {told_shares}", said)
    assert re.fullmatch(f"{first}: {told_shares}", sentence(begun(store, ["auto"], new_data), in_any_case=True))


def test_the_sentence_speaks_of_points_that_come_to_a_turn(store, new_data):
    found = begun(store, ["auto"], new_data, trials=3)
    assert (len(found.points), len(found.earlier)) == (1, 2)
    assert sentence(found).startswith("Trying 2 points of earlier studies first")
    assert sentence(begun(store, ["auto"], new_data, trials=1)).startswith("No earlier study has a point")


def test_what_was_worse_than_the_default_is_not_tried_again(tmp_path, new_data):
    bench = Bench(tmp_path, study="earlier")
    bench.create(replace(NEW, name="earlier"))
    ledger = bench.ledger(trials=6, sampler="random", pruner="none")
    for value in (0.5, 0.7, 0.4, 0.6, 0.3, 0.2):
        job = ledger.begin()
        ledger.record(job.number, evaluated(81, value, TrialEnd.COMPLETED))
    trials = bench.store.study("earlier").record().trials
    found = begun(bench.store, ["earlier"], new_data)
    assert [point for _, point in found.earlier] == [dict(trials[1].params), dict(trials[3].params)]
    bench.store.close()


def test_a_study_that_remembers_nothing_of_its_data_is_an_average_one(tmp_path, store, new_data):
    search(tmp_path, "like", store.study("same kind").record().traits, 0)
    search(tmp_path, "old", None, 1)
    search(tmp_path, "unlike", store.study("news").record().traits, 2)
    mixed = StudyStore(sqlite_url(tmp_path))
    found = begun(mixed, ["auto"], new_data)
    assert shares(found) == {"like": 4, "old": 3, "unlike": 1}
    assert "3 of old (unknown)" in sentence(found)
    mixed.close()


def test_where_nothing_is_known_of_the_new_data_all_give_the_same(store):
    assert sorted(shares(begun(store, list(STUDIES), None)).values()) == [2, 3, 3]


def test_auto_where_there_is_no_study_is_no_mistake(tmp_path, new_data):
    empty = StudyStore(sqlite_url(tmp_path))
    found = begun(empty, ["auto"], new_data)
    assert (found.points, found.earlier) == ([ENCODER.defaults()], [])
    empty.close()


def test_a_study_without_a_score_is_told_where_it_is_named_and_left_out_by_auto(store, new_data):
    problems: list[str] = []
    earlier_studies(ENCODER, ["nothing yet", "nowhere"], store, new_data, problems)
    assert [problem for problem in problems if "'nothing yet' must have a score" in problem]
    assert [problem for problem in problems if "'nowhere'" in problem]
    assert "nothing yet" not in shares(begun(store, ["auto"], new_data))


def test_who_has_no_more_points_leaves_its_turns_to_the_others_and_no_point_is_taken_twice():
    one, few, many = ([{"x": number} for number in numbers] for numbers in ([0], [1, 2], [0, 2, 3, 4, 5, 6]))
    studies = [EarlierStudy("one", 0.9, one), EarlierStudy("few", 0.8, few), EarlierStudy("many", 0.1, many)]
    chosen = shared_out(studies, [{"x": 6}], most=10)
    assert [(study.study, point["x"]) for study, point in chosen] == [
        ("one", 0),
        ("few", 1),
        ("many", 2),
        ("many", 3),
        ("many", 4),
        ("many", 5),
    ]


def test_of_more_studies_than_points_the_likest_give_one_each():
    studies = [EarlierStudy(str(number), 1 - number / 100, [{"x": number}]) for number in range(12)]
    assert [study.study for study, _ in shared_out(studies, [])] == [str(number) for number in range(8)]
