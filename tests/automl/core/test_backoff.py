from itertools import accumulate, repeat

from automl.core import next_pause


def test_pauses_double_up_to_the_longest():
    pauses = accumulate(repeat(0, 6), lambda before, _: next_pause(before, 5.0, 60.0))
    assert list(pauses) == [0, 5.0, 10.0, 20.0, 40.0, 60.0]
