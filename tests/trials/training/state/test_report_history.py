import json

from trials.protocol import Cost, Evaluation, TrialReport
from trials.training.state.report_history import ReportHistory


def report(step: int) -> TrialReport:
    evaluation = Evaluation(step, 10 * step, {"macro_f1": 1 / 3, "accuracy": 0.1 + 0.2}, 0.7, 3e-3, 1.5, step == 9)
    return TrialReport(evaluation, None, Cost(1.5, 10 * step, 100.0, 50, 2**30, 2))


def test_a_history_comes_back_as_it_was() -> None:
    history = ReportHistory(best=1 / 3, reports=[report(1), report(9)])
    assert ReportHistory.from_json(json.loads(json.dumps(history.to_json()))) == history
    assert ReportHistory.from_json(json.loads(json.dumps(ReportHistory().to_json()))) == ReportHistory()


def test_the_reports_after_a_step() -> None:
    history = ReportHistory(reports=[report(1), report(9), report(27)])
    assert (ReportHistory().step, history.step) == (0, 27)
    assert [found.evaluation.step for found in history.after(0)] == [1, 9, 27]
    assert [found.evaluation.step for found in history.after(9)] == [27]
    assert list(history.after(27)) == []
