from automl.selection.defaults import is_default, untuned_defaults
from tests.automl.report.records import make_study, make_trial
from trials.protocol import TrialEnd

LINEAR, PROBE = {"algorithm": "linear"}, {"algorithm": "probe"}
TUNED = {"algorithm": "probe", "probe.classifier.penalty": 1.0}


def test_defaults_are_ordered_by_validation_and_tuned_trials_are_none() -> None:
    study = make_study(
        make_trial(0, (0.7,), params=LINEAR),
        make_trial(1, (0.5, 0.8), params=PROBE),
        make_trial(2, (0.5, 0.9), params=TUNED),
    )
    assert [trial.number for trial in untuned_defaults(study, [LINEAR, PROBE])] == [1, 0]


def test_trial_0_is_a_default_even_if_the_space_has_changed_or_it_has_no_score() -> None:
    study = make_study(make_trial(0, end=TrialEnd.ERROR, params={"old": 1}), make_trial(1, (0.5,), params=PROBE))
    assert [trial.number for trial in untuned_defaults(study, [LINEAR, PROBE])] == [1, 0]
    assert is_default(0, {"old": 1}, []) and not is_default(1, {"old": 1}, [LINEAR])
