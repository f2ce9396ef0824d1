"""Lengths of time as people write them."""

import pytest

from automl.config.parsing import parse_duration


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("90s", 90),
        ("10m", 600),
        ("1h30m", 5400),
        ("1.5h", 5400),
        ("1d 2h", 93600),
        ("45", 45),
        ("0.5", 0.5),
        ("2M", 120),
    ],
)
def test_seconds(written, seconds):
    assert parse_duration(written) == seconds


@pytest.mark.parametrize("written", ["", "ten", "10x", "m10", "30m1h", "0", "0s", "-5", "inf", "nan", "1.2.3s", "h"])
def test_what_is_no_time(written):
    with pytest.raises(ValueError, match=r"such as 90s, 10m, 1h30m .* not "):
        parse_duration(written)
