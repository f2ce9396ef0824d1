import pytest
from optuna.distributions import FloatDistribution
from optuna.trial import FrozenTrial, TrialState, create_trial

from automl.storage.cache.trial_index import NEW_OR_NAMED, TrialCache
from automl.storage.database.database import Database

SOME, OTHER = FloatDistribution(0, 1), FloatDistribution(0, 2)


def trial(number: int, state: TrialState = TrialState.RUNNING, x: FloatDistribution | None = None) -> FrozenTrial:
    """Optuna's trial with an id that differs from its number, as in any database with two studies."""
    params = {} if x is None else {"x": 0.5}
    made = create_trial(
        state=state,
        value=0.5 if state == TrialState.COMPLETE else None,
        params=params,
        distributions={} if x is None else {"x": x},
    )
    made.number, made._trial_id = number, 100 + number
    return made


class Notes:
    """An index that keeps what it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[int, str]] = []

    def note(self, trial: FrozenTrial) -> None:
        self.told.append((trial.number, trial.state.name))


@pytest.fixture
def cache() -> TrialCache:
    cache = TrialCache()
    for number, state in enumerate((TrialState.COMPLETE, TrialState.RUNNING, TrialState.WAITING)):
        assert cache.take(trial(number, state))
    return cache


def test_an_empty_cache_precedes_every_trial():
    assert (TrialCache().last_id, TrialCache().begun, 0 in TrialCache()) == (-1, 0, False)


def test_trials_are_found_by_their_ids(cache):
    assert (cache.last_id, 102 in cache, 2 in cache) == (102, True, False)
    assert [cache[number].number for number in (100, 101, 102)] == [0, 1, 2]
    with pytest.raises(KeyError):
        cache[2]


def test_a_trial_after_a_gap_is_not_taken_until_the_gap_is_filled(cache):
    assert not cache.take(trial(4))
    assert (104 in cache, cache.last_id, cache.unfinished) == (False, 102, {101, 102})
    assert cache.take(trial(3))
    assert cache.take(trial(4))
    assert [each.number for each in cache.all] == [0, 1, 2, 3, 4]


def test_a_change_replaces_the_trial_and_counts_it_anew(cache):
    assert (cache.begun, cache.unfinished) == (2, {101, 102})
    cache.take(trial(1, TrialState.COMPLETE))
    cache.take(trial(2, TrialState.RUNNING))
    assert (cache.begun, cache.unfinished, len(cache.all)) == (3, {102}, 3)
    cache.take(trial(2, TrialState.WAITING))
    assert (cache.begun, cache[102].state) == (2, TrialState.WAITING)


def test_an_index_hears_of_all_trials_those_from_before_too(cache):
    notes = Notes()
    cache.keep(notes)
    cache.take(trial(3))
    cache.take(trial(5))
    cache.take(trial(1, TrialState.COMPLETE))
    assert notes.told == [
        (0, "COMPLETE"),
        (1, "RUNNING"),
        (2, "WAITING"),
        (3, "RUNNING"),
        (1, "COMPLETE"),
    ]


def test_a_parameter_is_known_as_it_was_first_drawn(cache):
    cache.take(trial(3, x=SOME))
    cache.take(trial(4, x=OTHER))
    assert cache.distributions == {"x": SOME}


def test_the_query_gives_new_trials_and_those_that_are_named(storage_url):
    database = Database(storage_url)
    storage = database.storage
    studies = [storage.create_new_study([], name) for name in ("one", "other")]
    ids = [storage.create_new_trial(studies[number % 2]) for number in range(4)]

    def ask(last: int, *named: int) -> list[tuple[int, int]]:
        rows = database.run(lambda it: it.execute(NEW_OR_NAMED, {"last": last, "named": list(named)}).all())
        return [(row.trial_id, row.number) for row in rows]

    assert ask(ids[2]) == [(ids[3], 1)]
    assert ask(ids[3]) == []
    assert ask(ids[2], ids[0], 99) == [(ids[0], 0), (ids[3], 1)]
    assert ask(-1) == list(zip(ids, (0, 0, 1, 1), strict=True))
    database.close()
