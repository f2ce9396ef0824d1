"""A soak is worth what its checks find: each broken promise is seen, and nothing is seen in a sound study."""

from dataclasses import replace

import pytest

from tests.soak.checks import faults_at_rest, faults_between, faults_of, lost_work, told_again
from tests.soak.exits import exit_fault
from tests.soak.look import STEPS, Look, SeenEvaluation, SeenTrial
from tests.soak.problems import Wrong
from tests.soak.setups import SETUPS, schedule


def trial(number: int, state: str = "COMPLETE", end: str | None = "completed", last: int = 81) -> SeenTrial:
    steps = [step for step in STEPS if step <= last]
    evaluations = {step: SeenEvaluation(step * 40, step / 100) for step in steps}
    value = last / 100 if state == "COMPLETE" else None
    return SeenTrial(number, state, end, value, {"learning_rate": number / 10}, evaluations)


SOUND = Look(
    (
        trial(0),
        trial(1, "PRUNED", "pruned", last=9),
        trial(2, "FAIL", "error", last=0),
        trial(3, "RUNNING", None, last=27),
        trial(4, "WAITING", "preempted", last=54),
        trial(5, "WAITING", None, last=0),
    )
)


def changed(number: int, **changes: object) -> Look:
    return Look(tuple(replace(each, **changes) if each.number == number else each for each in SOUND.trials))


def kinds(problems: object) -> set[Wrong]:
    return {problem.wrong for problem in problems}


def test_nothing_is_wrong_with_a_sound_study():
    assert kinds(faults_of(SOUND)) == set()
    assert kinds(faults_between(SOUND, SOUND)) == set()


@pytest.mark.parametrize(
    ("look", "wrong"),
    [
        (Look(SOUND.trials[1:]), Wrong.NUMBERS),
        (Look((*SOUND.trials, trial(5, "WAITING", None, last=0))), Wrong.DOUBLED),
        (changed(5, params={"learning_rate": 0.4}), Wrong.DOUBLED),
        (changed(1, end="completed"), Wrong.END),
        (changed(0, end=None), Wrong.END),
        (changed(0, evaluations=trial(0, last=54).evaluations, value=0.54), Wrong.END),
        (changed(0, value=0.5), Wrong.END),
        (changed(4, end="completed"), Wrong.END),
    ],
)
def test_what_is_wrong_at_one_moment_is_seen(look, wrong):
    assert kinds(faults_of(look)) == {wrong}


@pytest.mark.parametrize(
    ("look", "wrong"),
    [
        (Look(SOUND.trials[:-1]), {Wrong.LOST_TRIAL}),
        (changed(1, state="WAITING", end="preempted"), {Wrong.END}),
        (changed(0, value=0.5), {Wrong.END, Wrong.BEST}),
        (changed(0, evaluations={}), {Wrong.BEST}),
    ],
)
def test_what_was_there_and_is_no_more_is_seen(look, wrong):
    assert kinds(faults_between(SOUND, look)) == wrong


def test_work_may_be_lost_back_to_the_last_evaluation_and_no_further():
    ever = {(4, step) for step in STEPS if step <= 54}
    assert kinds(lost_work(ever, changed(4, evaluations=trial(4, last=45).evaluations))) == set()
    assert kinds(lost_work(ever, changed(4, evaluations=trial(4, last=36).evaluations))) == {Wrong.LOST_WORK}


def test_work_that_is_done_twice_is_told_once_each_time():
    latest: dict[int, int] = {}
    told = [told_again(latest, 0, step) for step in (1, 9, 27, 27, 54, 1, 9, 27, 54, 81)]
    assert [problem.wrong for problem in told if problem] == [Wrong.TWICE]
    assert told[5] is not None


def test_zombies_and_unfinished_trials_are_seen_when_nobody_works_any_more():
    assert kinds(faults_at_rest(SOUND, finished=False)) == {Wrong.ZOMBIE}
    assert kinds(faults_at_rest(SOUND, finished=True)) == {Wrong.ZOMBIE, Wrong.LOST_TRIAL}
    assert kinds(faults_at_rest(Look(SOUND.trials[:3]), finished=True)) == set()


@pytest.mark.parametrize(
    ("doom", "code", "said", "away", "is_fault"),
    [
        ("driver", -9, "Starting Ray", False, False),
        ("sigint", 0, "Starting Ray\nThe search ended: interrupted.", False, False),
        ("sigterm", -15, "", False, False),
        ("sigterm", -15, "Starting Ray", False, True),
        ("raylet", 1, "Starting Ray\nerror: Ray has died", False, False),
        ("raylet", 1, "Starting Ray\ntrial 2 preempted: RPC error: Socket closed", False, True),
        ("finish", 1, "error: no model", False, True),
        (None, 2, "error: the database does not answer", True, False),
        (None, 2, "error: the database does not answer", False, True),
        (None, 0, "The search ended", False, True),
        ("driver", -9, "Traceback (most recent call last):", False, True),
    ],
)
def test_a_driver_may_end_only_as_its_fault_allows(doom, code, said, away, is_fault):
    assert (exit_fault(doom, code, said, database_was_away=away) is not None) == is_fault


def test_kills_are_shared_out_and_few_ones_still_strike_what_matters_most():
    setups = list(SETUPS.values())
    few, many = schedule(6, 1, setups), schedule(200, 1, setups)
    assert [set(kinds) for kinds in few.values()] == [set(list(setup.weights)[:2]) for setup in setups]
    assert sum(map(len, many.values())) == 200
    assert all(set(many[setup.name]) == set(setup.weights) for setup in setups)
    assert schedule(200, 1, setups) == many
