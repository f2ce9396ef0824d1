from automl.storage.coordination.heartbeat import HeartbeatMonitor
from tests.clock import Clock


def watched(longest_gap: float = 10.0) -> tuple[HeartbeatMonitor, Clock]:
    clock = Clock()
    return HeartbeatMonitor(longest_gap, clock), clock


def test_silence_is_the_time_over_which_nothing_changed():
    beats, clock = watched()
    for _ in range(4):
        beats.observe({"d": 7})
        clock.now += 3
    assert beats.seconds_since_beat("d") == 9


def test_a_beat_ends_the_silence():
    beats, clock = watched()
    beats.observe({"d": 7})
    clock.now += 9
    beats.observe({"d": 7})
    clock.now += 9
    beats.observe({"d": 8})
    assert beats.seconds_since_beat("d") == 0
    assert beats.has_beaten_lately("d")


def test_an_outage_or_a_sleep_of_our_own_counts_as_one_gap():
    beats, clock = watched()
    beats.observe({"d": 7})
    clock.now += 3600  # no look succeeded meanwhile
    beats.observe({"d": 7})
    assert beats.seconds_since_beat("d") == 10


def test_a_clock_that_jumps_back_makes_nobody_older():
    beats, clock = watched()
    beats.observe({"d": 7})
    clock.now -= 500
    beats.observe({"d": 7})
    assert beats.seconds_since_beat("d") == 0


def test_nobody_is_heard_at_the_first_look():
    beats, _ = watched()
    beats.observe({"d": 7})
    assert not beats.has_beaten_lately("d")


def test_who_was_heard_is_not_heard_any_more_after_two_intervals():
    beats, clock = watched()
    beats.observe({"d": 7})
    beats.observe({"d": 8})
    for expected in (True, True, False):
        clock.now += 5
        beats.observe({"d": 8})
        assert beats.has_beaten_lately("d") is expected


def test_who_is_away_for_a_while_begins_anew():
    beats, clock = watched()
    for names in ({"d": 7}, {"d": 7}, {}, {"d": 7}):
        beats.observe(names)
        clock.now += 5
    assert beats.seconds_since_beat("d") == 0
