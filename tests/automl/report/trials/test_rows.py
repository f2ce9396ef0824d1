import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime

from automl.report.trials.rows import rows_as_csv, study_as_json, trial_rows
from tests.automl.report.records import make_study, make_trial, of_a_sample
from tests.automl.report.trials.studies import SEVERAL


def test_a_row_says_how_a_trial_ended_and_has_its_metrics_and_its_own_parameters() -> None:
    linear, _, pruned, *_, failed = trial_rows(SEVERAL, SEVERAL.trials)
    assert (pruned["end"], pruned["value"], pruned["best_value"]) == ("pruned", 0.85, 0.9)
    assert pruned["metrics.accuracy"] == 0.9 and pruned["params.probe.classifier.penalty"] == 0.00123
    assert pruned["name"] == "probe minilm layers 4 penalty 1.2e-3"
    assert "params.probe.classifier.penalty" not in linear
    assert (failed["best_value"], failed["cause"]) == (None, "RuntimeError: [bold] it\nbroke")


def test_a_row_has_the_rows_of_a_sample() -> None:
    study = make_study(make_trial(0, (0.5, 0.6)), of_a_sample(make_trial(1, (0.7,)), 724))
    assert [row["sample_rows"] for row in trial_rows(study, study.trials)] == [None, 724]


def test_csv_has_a_column_for_each_parameter_of_any_trial_after_the_metrics() -> None:
    text = rows_as_csv(trial_rows(SEVERAL, SEVERAL.trials[3:] + SEVERAL.trials[:3]))
    read = list(csv.DictReader(io.StringIO(text)))
    assert [row["number"] for row in read] == ["3", "4", "5", "0", "1", "2"]
    assert (read[0]["params.linear.text.words"], read[3]["params.linear.text.words"]) == ("", "2")
    assert read[1]["cause"] == "RuntimeError: [bold] it\nbroke"
    names = list(read[0])
    assert names.index("metrics.accuracy") < names.index("params.algorithm")


def test_json_has_no_number_that_is_not_one() -> None:
    trial = replace(make_trial(0, (float("nan"),)), started=datetime(2026, 1, 2, tzinfo=UTC))
    study = make_study(trial)
    read = json.loads(study_as_json(study, trial_rows(study, study.trials)))
    assert read["trials"][0]["value"] is None
    assert read["trials"][0]["started"] == "2026-01-02T00:00:00+00:00"
    several = json.loads(study_as_json(SEVERAL, trial_rows(SEVERAL, SEVERAL.trials[:1])))
    assert (several["winner"], len(several["trials"])) == (2, 1)
    assert several["objectives"] == [{"name": "macro_f1", "maximize": True}]
