from automl.report.formatting import changed, differing, format_score, format_seconds, format_value, short_names
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


def test_durations() -> None:
    shown = [format_seconds(value) for value in (4.4, 59.6, 185, 7800)]
    assert shown == ["4 s", "1 min 00 s", "3 min 05 s", "2 h 10 min"]
    assert [format_seconds(value, digits=1) for value in (12.34, 59.97)] == ["12.3 s", "1 min 00 s"]
