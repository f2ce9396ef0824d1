"""What a user may say about the best value of a parameter, and what is told where it cannot be meant."""

import pytest

from automl.config.loader import build_experiment, dump_experiment, load_experiment
from automl.config.priors import read_priors
from automl.config.space_resolver import resolve_space
from automl.core.errors import UsageError
from automl.core.priors import Confidence, Prior

ENCODER, _ = resolve_space("encoder", {})
AUTO, _ = resolve_space("auto", {})
RATE = "optimizer.learning_rate"


@pytest.mark.parametrize(
    ("told", "value", "confidence"),
    [
        (2e-3, 2e-3, "medium"),
        ("2e-3", 2e-3, "medium"),
        ("2e-3:high", 2e-3, "high"),
        ({"value": "2e-3"}, 2e-3, "medium"),
        ({"value": 2e-3, "confidence": "low"}, 2e-3, "low"),
    ],
)
def test_a_prior_is_a_value_and_a_confidence(told, value, confidence):
    priors, problems = read_priors(ENCODER, {RATE: told})
    assert problems == []
    assert priors == {RATE: Prior(value, Confidence(confidence))}


@pytest.mark.parametrize(
    ("name", "told", "value"),
    [
        ("architecture.depth", 3.0, 3),
        ("architecture.depth", "3:low", 3),
        ("architecture.feed_forward_ratio", 4, 4.0),
        ("training.batch_size", "32:high", 32),
        ("optimizer.schedule", "cosine:high", "cosine"),
    ],
)
def test_a_value_has_the_type_of_its_parameter(name, told, value):
    priors, problems = read_priors(ENCODER, {name: told})
    assert problems == []
    assert (priors[name].value, type(priors[name].value)) == (value, type(value))


def test_a_switch_of_a_flag_is_one():
    linear, _ = resolve_space("linear", {})
    assert read_priors(linear, {"text.sublinear": "false:high"})[0]["text.sublinear"].value is False


@pytest.mark.parametrize(
    ("name", "told", "words"),
    [
        ("optimizer.learnin_rate", 1e-3, "Did you mean 'optimizer.learning_rate'?"),
        (RATE, 1.0, "must lie within 0.0003 .. 0.005 (log), but is 1.0"),
        (RATE, "fast", "but is 'fast'"),
        (RATE, [1e-3], "but is [0.001]"),
        (RATE, {"valu": 1e-3}, "but is {'valu': 0.001}"),
        (RATE, True, "but is True"),
        (RATE, "1e-3:sure", "must be one of low, medium, high, not 'sure'"),
        (RATE, {"value": 1e-3, "confidence": 0.9}, "must be one of low, medium, high, not 0.9"),
        ("architecture.depth", 2.5, "must lie within 1 .. 4, but is 2.5"),
        ("optimizer.schedule", "cosin", "linear, cosine, constant"),
    ],
)
def test_what_cannot_be_meant(name, told, words):
    priors, problems = read_priors(ENCODER, {name: told, "architecture.heads": 2})
    assert list(priors) == ["architecture.heads"]
    assert len(problems) == 1
    assert words in problems[0]
    assert repr(name) in problems[0]


def test_a_name_without_an_algorithm_is_that_of_all_that_have_it_and_an_exact_one_overrules_it():
    priors, problems = read_priors(AUTO, {"finetune.optimizer.beta1": "0.8:high", "optimizer.beta1": 0.85})
    assert problems == []
    assert priors == {
        "finetune.optimizer.beta1": Prior(0.8, Confidence.HIGH),
        "subnet.optimizer.beta1": Prior(0.85, Confidence.MEDIUM, is_general=True),
        "lora.optimizer.beta1": Prior(0.85, Confidence.MEDIUM, is_general=True),
        "encoder.optimizer.beta1": Prior(0.85, Confidence.MEDIUM, is_general=True),
    }


def test_a_value_that_fits_some_algorithms_only_must_name_them():
    priors, (problem,) = read_priors(AUTO, {RATE: 2e-5})
    assert priors == {}
    assert "where it does, say so: 'subnet.optimizer.learning_rate', 'finetune.optimizer.learning_rate'" in problem
    assert "0.0003 .. 0.005 (log) in 'encoder.optimizer.learning_rate'" in problem


def test_the_algorithm_itself_has_no_prior():
    assert "override 'algorithm'" in read_priors(AUTO, {"algorithm": "finetune"})[1][0]


def test_every_problem_is_told_at_once_beside_those_of_other_fields(tmp_path):
    file = tmp_path / "many.yaml"
    file.write_text(
        "data: {source: reviews.csv}\nspace: {name: encoder, overrides: {architecture.dept: 2}}\n"
        "search: {metric: f1, priors: {optimizer.beta1: 7, optimizer.beat2: 0.9}}\n"
    )
    with pytest.raises(UsageError) as raised:
        build_experiment(str(file), [], {}, ["architecture.depth"])
    message = str(raised.value)
    assert "5 problems" in message
    for words in ("'architecture.depth'", "macro_f1", "0.8 .. 0.95", "'optimizer.beta2'", "--prior must be given"):
        assert words in message


def test_flags_overrule_the_file_and_settings_both_and_the_study_remembers_them(tmp_path):
    file = tmp_path / "e.yaml"
    file.write_text(
        "data: {source: imdb}\nspace: {name: encoder}\n"
        "search: {priors: {architecture.depth: 3, optimizer.beta1: {value: 0.9, confidence: low}}}\n"
    )
    settings = ["search.priors.architecture.heads=8"]
    flags = ["architecture.depth=1:high", "architecture.heads=1"]
    experiment = load_experiment(dump_experiment(build_experiment(str(file), settings, {}, flags)))
    priors, problems = read_priors(ENCODER, experiment.search.priors)
    assert problems == []
    assert {name: prior.value for name, prior in priors.items()} == {
        "architecture.depth": 1,
        "architecture.heads": 8,
        "optimizer.beta1": 0.9,
    }


def test_a_checkpoint_beside_the_file_is_found(tmp_path):
    (tmp_path / "encoder").mkdir()
    (tmp_path / "e.yaml").write_text(
        "data: {source: imdb}\nspace: {name: finetune, overrides: {architecture.checkpoint: [minilm, ./encoder]}}\n"
        "search: {priors: {architecture.checkpoint: ./encoder}}\n"
    )
    experiment = build_experiment(str(tmp_path / "e.yaml"), [], {})
    assert experiment.search.priors["architecture.checkpoint"] == str(tmp_path / "encoder")


def test_in_a_space_whose_overrides_are_wrong_names_are_checked_all_the_same():
    with pytest.raises(UsageError, match=r"(?s)depth must be at least 1.*'optimizer\.beta1'"):
        build_experiment(
            "imdb", ["space.name=encoder", "space.overrides.architecture.depth=0"], {}, ["optimizer.bet1=0.9"]
        )


def test_a_misspelt_name_of_many_is_told_with_those_that_are_near():
    _, (problem,) = read_priors(AUTO, {"optimizer.lerning_rate": 1e-3})
    assert "There is no parameter of the space 'auto' 'optimizer.lerning_rate'." in problem
    assert "Did you mean 'optimizer.learning_rate' or" in problem
    assert len(problem) < 400
