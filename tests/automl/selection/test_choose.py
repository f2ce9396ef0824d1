from automl.selection.choose import choose_winner
from tests.automl.goals import goals_for
from tests.automl.report.records import make_study, make_trial
from trials.protocol import TrialEnd


def everything(number: int) -> bool:
    return True


def test_the_best_evaluation_counts_not_the_last() -> None:
    study = make_study(make_trial(0, (0.5, 0.9, 0.6)), make_trial(1, (0.5, 0.7, 0.8)))
    winner = choose_winner(study, everything)
    assert winner is not None and winner.number == 0


def test_a_trial_without_its_model_cannot_win() -> None:
    study = make_study(make_trial(0, (0.9,)), make_trial(1, (0.8,)))
    winner = choose_winner(study, lambda number: number != 0)
    assert winner is not None and winner.number == 1


def test_a_minimized_metric() -> None:
    trials = (make_trial(0, (0.4,), metric="log_loss"), make_trial(1, (0.2,), metric="log_loss"))
    winner = choose_winner(make_study(*trials, goals=goals_for("log_loss")), everything)
    assert winner is not None and winner.number == 1


def test_equal_scores_go_to_the_lower_log_loss() -> None:
    trials = [make_trial(number, (0.9,), parameters=20) for number in range(3)]
    for trial, log_loss in zip(trials, (0.5, 0.2, 0.4), strict=True):
        trial.best.metrics["log_loss"] = log_loss
    assert choose_winner(make_study(*trials), everything).number == 1


def test_equal_scores_go_to_the_smaller_model_then_to_the_earlier_trial() -> None:
    trials = (make_trial(0, (0.9,), parameters=30), make_trial(1, (0.9,), parameters=20))
    winner = choose_winner(make_study(*trials, make_trial(2, (0.9,), parameters=20)), everything)
    assert winner is not None and winner.number == 1


def test_a_stopped_trial_may_win_and_a_trial_without_a_score_may_not() -> None:
    study = make_study(make_trial(0, end=None), make_trial(1, (0.3,), TrialEnd.PREEMPTED))
    winner = choose_winner(study, everything)
    assert winner is not None and winner.number == 1


def test_no_trial_no_winner() -> None:
    assert choose_winner(make_study(), everything) is None
    assert choose_winner(make_study(make_trial(0, (0.9,))), lambda number: False) is None
