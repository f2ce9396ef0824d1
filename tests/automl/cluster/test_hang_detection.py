from automl.cluster.hang_detection import FIRST_REPORT_SECONDS, MOST_SLOWDOWN, SHORTEST_SECONDS, HangDetector
from tests.automl.engine.helpers import evaluated
from tests.clock import Clock


def test_a_trial_is_hung_when_it_says_nothing_for_half_an_hour_after_its_start():
    clock = Clock()
    silence = HangDetector(clock=clock)
    silence.began("a")
    clock.now += FIRST_REPORT_SECONDS
    silence.began("a")
    assert not silence.hung()
    clock.now += 1
    assert "no report for 1801 s" in silence.hung()["a"]


def test_the_limit_follows_the_trials_own_pace():
    clock = Clock()
    silence = HangDetector(clock=clock)
    silence.began("slow")
    clock.now += 300
    silence.reported("slow", evaluated(1, 0.5).evaluation)  # 300 s a step, and 8 steps to come
    clock.now += MOST_SLOWDOWN * 300 * 8
    assert not silence.hung()
    clock.now += 1
    assert set(silence.hung()) == {"slow"}


def test_a_sign_of_life_begins_the_wait_anew_and_tells_nothing_of_the_pace():
    clock = Clock()
    silence = HangDetector(clock=clock)
    silence.began("at work")
    for _ in range(3):
        clock.now += FIRST_REPORT_SECONDS - 1
        silence.reported("at work", None)
        assert not silence.hung()
    clock.now += FIRST_REPORT_SECONDS + 1
    assert set(silence.hung()) == {"at work"}


def test_a_quick_trial_has_ten_minutes_all_the_same():
    clock = Clock()
    silence = HangDetector(clock=clock)
    silence.began("quick")
    clock.now += 1
    silence.reported("quick", evaluated(27, 0.5).evaluation)
    clock.now += SHORTEST_SECONDS
    assert not silence.hung()


def test_a_trial_that_ended_is_never_hung_and_a_limit_of_the_users_overrules():
    clock = Clock()
    silence = HangDetector(limit=5.0, clock=clock)
    silence.began("a")
    silence.began("b")
    silence.ended("a")
    clock.now += 6
    assert set(silence.hung()) == {"b"}
