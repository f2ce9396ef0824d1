from automl.report.formatting import (
    changed,
    differing,
    format_gain,
    format_score,
    format_seconds,
    format_value,
    short_names,
)
from tests.automl.report.records import DEFAULTS, make_trial


def test_only_what_differs_in_the_order_of_the_space() -> None:
    other = make_trial(1, params=DEFAULTS | {"training.batch_size": 8, "architecture.depth": 1})
    assert differing([make_trial(0), other]) == ["architecture.depth", "training.batch_size"]
    assert differing([make_trial(0)]) == []
    assert changed(other.params, DEFAULTS) == {"architecture.depth": 1, "training.batch_size": 8}


def test_short_names_stay_distinct() -> None:
    names = short_names(["head.dropout", "body.dropout", "body.depth"])
    assert names == {"head.dropout": "head.dropout", "body.dropout": "body.dropout", "body.depth": "depth"}


def test_digits_that_matter() -> None:
    shown = [format_value(value) for value in (0.000123456, 1e-8, 16000, "bert/cls", True, None)]
    assert shown == ["0.000123", "1e-08", "16000", "bert/cls", "True", "-"]
    assert format_score(0.98765) == "0.988" and format_score(None) == "-"
    assert [format_score(value) for value in (2e-4, 0.004, 0.00412, 0.0, -0.0123, 4e-9, 123456)] == [
        *("0.0002", "0.004", "0.00412", "0.000", "-0.012", "4e-09", "1.235e+05")
    ]
    assert format_score(0.912, 0.004) == "0.912 ± 0.004" and format_score(0.00912, 2e-4) == "0.00912 ± 0.00020"


def test_a_difference_has_the_digits_of_the_largest_of_its_numbers() -> None:
    assert format_gain(0.012, -0.0012, 0.03) == ("+0.012", "95% interval -0.001 to +0.030")
    assert format_gain(3e-4, -2e-6, 6e-4) == ("+0.000300", "95% interval -0.000002 to +0.000600")


def test_durations() -> None:
    shown = [format_seconds(value) for value in (4.4, 59.6, 185, 7800)]
    assert shown == ["4 s", "1 min 00 s", "3 min 05 s", "2 h 10 min"]
    assert [format_seconds(value, digits=1) for value in (12.34, 59.97)] == ["12.3 s", "1 min 00 s"]
