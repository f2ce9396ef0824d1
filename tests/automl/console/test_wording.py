import pytest

from automl.console.wording import clock, differences, duration, last_line


@pytest.mark.parametrize(("seconds", "shown"), [(-3, "0:00"), (65.9, "1:05"), (3725, "1:02:05")])
def test_clock(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown


@pytest.mark.parametrize(("seconds", "shown"), [(12.34, "12.3 s"), (125, "2 min 05 s"), (3725, "1 h 02 min")])
def test_duration(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown


def test_differences_names_only_what_differs_and_drops_clear_prefixes() -> None:
    defaults = {"optimizer.learning_rate": 1e-3, "architecture.depth": 2}
    assert differences({"optimizer.learning_rate": 0.00213456, "architecture.depth": 2}, defaults) == (
        "learning_rate=0.00213"
    )


def test_a_short_name_that_two_parameters_share_is_not_shortened() -> None:
    params = {"head.dropout": 0.1, "body.dropout": 0.2}
    assert differences(params, {"head.dropout": 0.0, "body.dropout": 0.2}) == "head.dropout=0.1"


def test_last_line_of_a_traceback_is_the_error() -> None:
    assert last_line("Traceback (most recent call last):\n  File 'x'\nValueError: no\n") == "ValueError: no"
    assert last_line("") == ""
