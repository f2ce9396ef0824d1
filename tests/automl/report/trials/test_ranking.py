from automl.report.trials.ranking import ranked, winner_of
from tests.automl.goals import goals_for
from tests.automl.report.records import make_study, make_trial
from trials.protocol import TrialEnd


def number_of_winner(study) -> int:
    winner = winner_of(study)
    assert winner is not None
    return winner.number


def test_a_trial_that_was_stopped_early_may_win_but_not_one_whose_model_is_gone() -> None:
    default = make_trial(0, (0.5,))
    assert number_of_winner(make_study(default, make_trial(1, (0.9,), TrialEnd.PRUNED))) == 1
    diverged = make_study(default, make_trial(1, (0.9,), TrialEnd.DIVERGED))
    assert number_of_winner(diverged) == 0
    assert [trial.number for trial in ranked(diverged)] == [0, 1]


def test_least_is_best_where_the_metric_is_minimized() -> None:
    trials = (make_trial(0, (0.4,), metric="log_loss"), make_trial(1, (0.2,), metric="log_loss"))
    study = make_study(*trials, goals=goals_for("log_loss"))
    assert [trial.number for trial in ranked(study)] == [1, 0]
