from automl.core import Goals, Objective
from automl.page.study_figures import study_figures
from tests.automl.page.pages import tried
from tests.automl.report.records import make_study, make_trial, of_a_sample


def by_title(figures):
    return {title: figure for title, _, figure in figures}


def test_the_parameter_that_decides_the_score_is_the_most_important_one():
    figures = by_title(study_figures(*tried(30)))

    bars = figures["Importance of the parameters"].data[0]
    assert bars.y[-1] == "depth"
    assert bars.x[-1] > 0.5
    assert "depth and rate" in figures
    assert "Parameters" in figures


def test_few_trials_say_nothing_about_parameters():
    assert list(by_title(study_figures(*tried(4)))) == ["Best macro_f1 by time", "Learning curves of macro_f1"]


def test_the_best_score_never_falls_over_time():
    figure = by_title(study_figures(*tried(12)))["Best macro_f1 by time"]

    best = next(trace for trace in figure.data if trace.name == "best so far")
    assert list(best.y) == sorted(best.y)
    assert best.y[-1] == 0.5 + 9 / 20


def test_models_of_samples_are_crosses_in_the_learning_curves():
    study = make_study(make_trial(0, (0.4, 0.5, 0.6)), of_a_sample(make_trial(1, (0.4, 0.7)), 724))
    _, (_, explanation, figure), *_ = study_figures(study, [])
    curves = {trace.name: trace for trace in figure.data}
    assert curves["1"].marker.symbol == ("x",) and curves["1"].text == ("sample of 724 rows",)
    assert set(curves["0"].marker.symbol) == {"circle"}
    assert explanation.endswith(" A cross is a model that was fitted to a sample of the training rows.")
    _, (_, plain, _), *_ = study_figures(make_study(make_trial(0, (0.4, 0.5))), [])
    assert "cross" not in plain


def test_the_pareto_front_has_no_trial_that_another_one_beats_in_both():
    goals = Goals((Objective("macro_f1", True), Objective("latency_ms", False)))
    trials = [
        make_trial(0, (0.7,), latency_ms=5.0),
        make_trial(1, (0.8,), latency_ms=9.0),
        make_trial(2, (0.6,), latency_ms=7.0),
    ]

    figure = by_title(study_figures(make_study(*trials, goals=goals), []))["macro_f1 and latency_ms"]

    front = next(trace for trace in figure.data if trace.name == "Pareto front")
    assert sorted(front.text) == ["trial 0", "trial 1"]
