"""What may be wanted of a winner, and who can search for it."""

import pytest

from automl.config import consistency_checks
from automl.config.loader import build_experiment, dump_experiment, load_experiment
from automl.core.errors import UsageError


def refused(*settings: str, **flags: object) -> str:
    with pytest.raises(UsageError) as raised:
        build_experiment("imdb", settings, {f"search.{name}": value for name, value in flags.items()})
    return str(raised.value)


def test_objectives_and_constraints_are_kept_through_the_database():
    flags = {"search.objectives": ["accuracy", "latency_ms"], "search.constraints": ["latency_ms<=20"]}
    search = load_experiment(dump_experiment(build_experiment("imdb", [], flags))).search
    assert (search.metric, search.objectives) == ("accuracy", ("accuracy", "latency_ms"))
    assert search.constraints == ("latency_ms<=20",)


def test_an_experiment_with_objectives_can_be_searched_again():
    first = build_experiment("imdb", [], {"search.objectives": ["accuracy", "latency_ms"]})
    assert build_experiment(first, [], {}).search.objectives == ("accuracy", "latency_ms")
    assert "make 'log_loss' the first objective" in refused(objectives=["accuracy", "latency_ms"], metric="log_loss")


def test_folds_do_not_go_with_time():
    with pytest.raises(UsageError, match=r"search\.folds must be left out with data\.time \('date'\)"):
        build_experiment("imdb", [], {"search.folds": 5, "data.time": "date"})


def test_one_objective_is_a_metric():
    search = build_experiment("imdb", ["search.objectives=log_loss", "search.sampler=cmaes"], {}).search
    assert (search.metric, search.objectives) == ("log_loss", ("log_loss",))


def test_a_runtime_needs_a_latency_and_packages(monkeypatch):
    goals = {"search.objectives": ["macro_f1", "latency_ms"], "search.runtime": "onnx-int8"}
    assert build_experiment("imdb", [], goals).search.runtime == "onnx-int8"
    assert build_experiment("imdb", ["search.constraints=latency_ms_32 <= 9"], {"search.runtime": "onnx-int8"})
    assert "latency_ms or latency_ms_32 must be among the objectives" in refused(runtime="onnx-int8")
    assert "must be torch or onnx-int8, not 'int8'" in refused(runtime="int8")
    monkeypatch.setattr(consistency_checks, "find_spec", lambda name: None if name == "onnxscript" else name)
    of_runtime = {"objectives": ["macro_f1", "latency_ms"], "runtime": "onnx-int8"}
    for missing in (of_runtime, {"constraints": ["latency_ms_int8<=9"]}):
        assert "onnxscript is not installed: pip install onnx onnxruntime onnxscript" in refused(**missing)


def test_a_metric_and_objectives_are_not_both_given():
    assert "make 'accuracy' the first objective" in refused(metric="accuracy", objectives=["macro_f1"])


@pytest.mark.parametrize(
    ("objectives", "told"),
    [
        (["macro_f1", "latencyms"], "no objective 'latencyms'. Did you mean 'latency_ms'?"),
        (["latency_ms", "macro_f1"], "first objective must be a metric, since it decides who wins, not 'latency_ms'"),
        (["macro_f1", "bytes", "bytes"], "given once, not 'bytes' 2 times"),
    ],
)
def test_objectives_are_there_are_different_and_begin_with_a_metric(objectives, told):
    assert told in refused(objectives=objectives)


@pytest.mark.parametrize(
    ("constraint", "told"),
    [
        ("latency_ms<20", "must be written like latency_ms<=20"),
        ("latency<=20", "Did you mean 'latency_ms'?"),
    ],
)
def test_a_constraint_bounds_what_there_is(constraint, told):
    assert told in refused(constraints=[constraint])


def test_what_cannot_search_for_several_objectives_says_what_can():
    settings = ("search.sampler=cmaes", "search.pruner=hyperband", "search.least_gain=0.01")
    message = refused(*settings, objectives=["macro_f1", "bytes"])
    assert "must be one of tpe, gp, nsga2, qmc, random, grid, not 'cmaes'" in message
    assert "must be one of asha, none, not 'hyperband'" in message
    assert "search.least_gain must be left out" in message
    build_experiment("imdb", settings, {"search.constraints": ["bytes<=1e6"]})  # of one objective, all of it goes


def test_a_cost_alone_is_no_metric():
    assert "give it as a further --objective" in refused(metric="latency_ms")


@pytest.mark.parametrize("setting", ["search.objectives=3", "search.objectives={a: b}", "search.constraints=[1, [2]]"])
def test_what_is_no_list_of_names_is_told_as_that(setting):
    assert "must be a list of names" in refused(setting)


def built(**search: object):
    return build_experiment("bbc-news", [], {f"search.{name}": value for name, value in search.items()})


def test_without_folds_all_is_as_before():
    search = built().search
    assert (search.folds, search.pruner) == (None, "asha")


def test_folds_are_compared_by_wilcoxon_unless_something_else_is_said():
    assert built(folds=5).search.pruner == "wilcoxon"
    assert built(folds=5, pruner="none").search.pruner == "none"


def test_a_study_remembers_them():
    search = load_experiment(dump_experiment(built(folds=7))).search
    assert (search.folds, search.pruner) == (7, "wilcoxon")


@pytest.mark.parametrize("folds", [0, 1, 11, 2.5, "many"])
def test_their_number_is_told(folds):
    with pytest.raises(UsageError, match=r"search\.folds must be a whole number from 2 to 10, or 'off', not"):
        built(folds=folds)


@pytest.mark.parametrize("pruner", ["asha", "hyperband", "median", "percentile", "patient"])
def test_pruners_that_expect_progress_are_refused(pruner):
    with pytest.raises(UsageError, match=f"must be wilcoxon or none where there are folds, not '{pruner}'"):
        built(folds=5, pruner=pruner)


def test_the_least_gain_can_follow_from_the_rows_of_all_folds():
    assert built(folds=5, least_gain="auto").search.least_gain == "auto"


def test_wilcoxon_needs_folds():
    with pytest.raises(UsageError, match="--folds 5, or choose another: asha, hyperband"):
        built(pruner="wilcoxon")


def test_a_pruner_that_does_not_exist_is_told_once():
    with pytest.raises(UsageError, match="There is no pruner 'wilcoxen'") as caught:
        built(folds=5, pruner="wilcoxen")
    assert "problems" not in str(caught.value)


GRID = {"search.sampler": "grid"}


def test_a_grid_that_nobody_could_go_through_is_refused_with_its_size_and_what_to_narrow():
    with pytest.raises(UsageError, match=r"at most 10,000 points, but has .*space\.overrides, such as .* values\)"):
        build_experiment("bbc-news", ["space.name=encoder"], GRID)


def test_a_grid_is_measured_with_its_overrides():
    build_experiment("bbc-news", ["space.name=linear"], GRID)
    with pytest.raises(UsageError, match="but has 13,500"):
        penalties = ", ".join(str(float(number)) for number in range(1, 251))
        build_experiment(
            "bbc-news", ["space.name=linear", f"space.overrides.classifier.inverse_penalty=[{penalties}]"], GRID
        )


def test_what_is_done_about_unlike_classes_counts_where_it_is_asked_for():
    penalties = ", ".join(str(float(number)) for number in range(1, 151))
    settings = ["space.name=linear", f"space.overrides.classifier.inverse_penalty=[{penalties}]"]
    build_experiment("bbc-news", settings, GRID)
    with pytest.raises(UsageError, match="but has 16,200"):
        build_experiment("bbc-news", [*settings, "space.overrides.training.balance=[none, weights]"], GRID)


def test_other_samplers_have_no_such_limit():
    build_experiment("bbc-news", ["space.name=encoder"], {})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("search.folds", 5),
        ("search.objectives", ["macro_f1", "latency_ms"]),
        ("search.constraints", ["latency_ms<=20"]),
        ("search.pruner", "pbt"),
        ("data.time", "date"),
    ],
)
def test_confirmations_that_are_asked_for_do_not_go_with_what_makes_them_impossible(field, value):
    with pytest.raises(UsageError, match=rf"search\.confirm must be left out or off with {field}"):
        build_experiment("imdb", [], {"search.confirm": "15%", field: value})
    for harmless in ("auto", "off"):
        build_experiment("imdb", [], {"search.confirm": harmless, field: value})


def test_confirmations_go_with_one_objective_and_other_pruners():
    found = build_experiment("imdb", [], {"search.confirm": "20%", "search.objectives": "accuracy"})
    assert found.search.confirm == 0.2
    build_experiment("imdb", [], {"search.confirm": 0.2, "search.pruner": "median"})
