from dataclasses import asdict
from datetime import datetime

from optuna.distributions import FloatDistribution
from optuna.trial import FrozenTrial, TrialState, create_trial

from automl.storage import attributes
from automl.storage.trial_record import trial_record
from tests.automl.engine.helpers import evaluated
from trials.protocol import TrialEnd


def trial(state: TrialState, **more: object) -> FrozenTrial:
    return create_trial(state=state, **more)


def noted(*steps: int, **costs: float) -> dict[str, object]:
    """The attributes of a trial with an evaluation at each of the steps."""
    evaluations = (evaluated(step, step / 100, **costs).evaluation for step in steps)
    return {attributes.evaluation_key(each.step): asdict(each) for each in evaluations}


def test_a_trial_that_waits_has_the_parameters_that_it_will_get() -> None:
    waiting = trial(TrialState.WAITING, system_attrs={"fixed_params": {"x": 0.25}})
    record = trial_record(waiting, "macro_f1")
    assert (record.state, record.params, record.value, record.end, record.cause) == (
        "WAITING",
        {"x": 0.25},
        None,
        None,
        "",
    )
    drawn = trial(
        TrialState.RUNNING,
        params={"x": 0.5},
        distributions={"x": FloatDistribution(0, 1)},
        system_attrs={"fixed_params": {"x": 0.25}},
    )
    assert trial_record(drawn, "macro_f1").params == {"x": 0.5}, "another program may draw otherwise"


def test_the_value_is_the_final_one_and_before_that_the_one_of_the_last_evaluation() -> None:
    reports = {1: 0.9, 9: 0.8}
    assert trial_record(trial(TrialState.RUNNING, intermediate_values=reports), "macro_f1").value == 0.8
    told = {"intermediate_values": reports, "user_attrs": noted(1, 9, 27)}
    assert trial_record(trial(TrialState.RUNNING, **told), "macro_f1").value == 0.27
    assert trial_record(trial(TrialState.PRUNED, value=0.0, **told), "macro_f1").value == 0.0
    assert trial_record(trial(TrialState.COMPLETE, values=[0.5, 3.0], **told), "macro_f1").value == 0.5


def test_the_value_is_that_of_the_objective_that_the_study_names() -> None:
    running = trial(TrialState.RUNNING, user_attrs=noted(9, latency_ms=7.5))
    assert trial_record(running, "latency_ms").value == 7.5
    assert trial_record(running, "throughput").value is None


def test_times_end_and_cause_are_those_of_the_database() -> None:
    ended = trial(TrialState.FAIL, user_attrs={attributes.END: TrialEnd.ERROR.value, attributes.CAUSE: "disk full"})
    ended.number, ended.datetime_start, ended.datetime_complete = 7, datetime(2026, 1, 1), datetime(2026, 1, 2)
    record = trial_record(ended, "macro_f1")
    assert (record.number, record.end, record.cause) == (7, TrialEnd.ERROR, "disk full")
    assert (record.started, record.ended) == (datetime(2026, 1, 1), datetime(2026, 1, 2))
