"""What is known of each algorithm, as trials begin and end."""

import optuna
import pytest
from optuna.distributions import CategoricalDistribution
from optuna.samplers import RandomSampler
from optuna.trial import FrozenTrial, TrialState, create_trial

from automl.hpo.samplers.algorithms.history import AlgorithmHistory, Outcome
from automl.storage.attributes import COST
from search_spaces import ALGORITHM
from tests.automl.storage.studies import NEW, made

SEVERAL = CategoricalDistribution(("a", "b", "c"))


def trial(number: int, algorithm: str | None, state: TrialState, value: float | None = None) -> FrozenTrial:
    made = create_trial(
        state=state,
        value=value,
        params={} if algorithm is None else {ALGORITHM: algorithm},
        distributions={} if algorithm is None else {ALGORITHM: SEVERAL},
        user_attrs={COST: {"seconds": 7.0, "shared_seconds": 2.0}},
    )
    made.number = number
    return made


@pytest.fixture
def history() -> AlgorithmHistory:
    return AlgorithmHistory(("a", "b"), (-1.0,))


def numbers(history: AlgorithmHistory, algorithm: str) -> list[int]:
    return [each.number for each in history.trials(algorithm)]


def test_trials_that_end_in_any_order_are_shown_in_the_order_of_their_numbers(history):
    for number in (3, 0, 2):
        history.note(trial(number, "a", TrialState.COMPLETE, 0.5))
    history.note(trial(1, "a", TrialState.RUNNING))
    history.note(trial(4, "b", TrialState.FAIL))
    assert numbers(history, "a") == [0, 1, 2, 3]
    assert numbers(history, "b") == [4]


def test_a_failed_trial_stays_known_with_what_it_cost(history):
    history.note(trial(0, "a", TrialState.FAIL))
    assert history.ended("a").outcomes == {0: Outcome(None, 5.0, 5.0, is_complete=False)}
    assert history.has_begun("a", besides=1) and not history.has_begun("b", besides=1)


def test_a_trial_counts_for_its_algorithm_once_it_has_one(history):
    begun = trial(0, None, TrialState.RUNNING)
    history.note(begun)
    assert not history.has_begun("a", besides=9)
    begun.params[ALGORITHM] = "a"
    assert history.has_begun("a", besides=9) and not history.has_begun("a", besides=0)
    assert [each.number for each in history.running("a", besides=9)] == [0]
    assert history.running("a", besides=0) == []


def test_a_trial_whose_end_was_not_written_runs_again(history):
    history.note(trial(0, "a", TrialState.COMPLETE, 0.5))
    history.note(trial(0, "a", TrialState.RUNNING))
    assert history.ended("a").outcomes == {} and numbers(history, "a") == [0]
    history.note(trial(0, "a", TrialState.COMPLETE, 0.6))
    assert history.ended("a").outcomes[0].losses == (-0.6,)
    assert numbers(history, "a") == [0]


def test_an_algorithm_that_the_space_has_no_more_is_ignored(history):
    history.note(trial(0, "c", TrialState.COMPLETE, 0.5))
    assert numbers(history, "a") == numbers(history, "b") == []


def test_another_driver_and_a_resumed_search_see_the_same(storage_url):
    """One index follows the trials as they begin and end, in any order; another reads them afterwards."""
    store = made(storage_url)
    mirrors = [store.study(NEW.name).mirror() for _ in range(2)]
    histories = [AlgorithmHistory(("a", "b"), mirrors[0].signs) for _ in range(2)]
    mirrors[0].keep(histories[0])
    study = optuna.load_study(study_name=NEW.name, storage=mirrors[0], sampler=RandomSampler(seed=0))
    study.enqueue_trial({ALGORITHM: "b"})
    begun = [study.ask({ALGORITHM: CategoricalDistribution(("a", "b"))}) for _ in range(8)]
    for place in (3, 0, 6, 5):
        study.tell(begun[place], 0.5 + place / 100)
    study.tell(begun[2], state=TrialState.FAIL)
    mirrors[1].keep(histories[1])
    for mirror in mirrors:
        mirror.refresh()
    for algorithm in ("a", "b"):
        first, second = (history.ended(algorithm).outcomes for history in histories)
        assert {number: each.losses for number, each in first.items()} == {n: each.losses for n, each in second.items()}
        assert numbers(histories[0], algorithm) == numbers(histories[1], algorithm)
        assert len(histories[0].running(algorithm, -1)) == len(histories[1].running(algorithm, -1))
    assert sum(len(history.ended(each).outcomes) for history in histories for each in "ab") >= 6
    store.close()
