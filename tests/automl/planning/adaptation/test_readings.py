"""Columns are read as a pair or apart where rows are pairs, and in windows where texts are long."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from automl.config.loader import build_experiment, dump_experiment, load_experiment
from automl.core import Budgets, UsageError
from automl.planning.adaptation import readings as module
from automl.planning.adaptation.readings import suited_readings, with_feature_readings
from automl.planning.prepare_data import PreparedData
from automl.planning.resolved_experiment import resolve_experiment
from search_spaces import Choice, Space
from tests.trials.pretrained.checkpoints import save_checkpoint
from trials.data import RowForm, Split, TextDataset
from trials.data.encoding import APART, PAIR

HALF = Split(("a", "b"), np.array([0, 1]))
LARGE = Budgets(100, 100)


def rows(*text: str, words: tuple[int, ...] = (1, 1), max_length: int = 256) -> PreparedData:
    """Two rows with these text columns, of which the first row has so many words in each."""
    cells = [f"{name}: {'word ' * count}" for name, count in zip(text, words, strict=False)]
    split = replace(HALF, texts=("\n".join(cells), "a word"))
    return PreparedData(TextDataset("toy", ("x", "y"), split, split, split, "f", form=RowForm(text)), max_length, LARGE)


def readings(space: Space) -> dict[str, tuple[object, ...]]:
    return {
        name: dimension.options
        for name, dimension in space.dimensions().items()
        if name.endswith("text.reading") and isinstance(dimension, Choice)
    }


@pytest.mark.parametrize("name", ["auto", "finetune", "trimmed"])
def test_two_text_columns_are_read_joined_or_as_a_pair_for_good(name):
    said: list[str] = []
    resolved = resolve_experiment(build_experiment("a.csv", [], {"space.name": name}))

    suited = suited_readings(resolved, rows("premise", "hypothesis"), said.append)

    space = resolve_experiment(load_experiment(dump_experiment(suited.experiment))).space
    assert space == suited.space
    found = {name: options for name, options in readings(space).items() if "probe" not in name}
    assert found.pop("linear.text.reading", ("whole", APART)) == ("whole", APART)
    assert set(found.values()) == {("head", PAIR)}
    assert "premise and hypothesis" in said[0]
    early = ({"algorithm": "linear", "linear.text.reading": APART},) if name == "auto" else ()
    assert suited.experiment.search.points == early, "a linear model that reads a pair joined may learn nothing"


@pytest.mark.parametrize(
    ("words", "max_length", "flags", "default"),
    [
        ((30, 30), 256, {}, "head"),
        ((70, 70), 256, {}, PAIR),
        ((140, 10), 256, {}, PAIR),
        ((10, 140), 256, {}, "head"),  # a title and a text: joined, it loses no more than as a pair
        ((30, 30), 64, {}, PAIR),
        ((70, 70), 256, {"space.overrides.text.longest": [256]}, "head"),
        ((70, 70), 256, {"space.overrides.text.reading": ["head", PAIR]}, "head"),
    ],
)
def test_the_default_is_a_pair_where_the_joined_texts_would_lose_the_second_column(words, max_length, flags, default):
    said: list[str] = []
    resolved = resolve_experiment(build_experiment("a.csv", [], {"space.name": "finetune", **flags}))
    suited = suited_readings(resolved, rows("a", "b", words=words, max_length=max_length), said.append)
    stored = resolve_experiment(load_experiment(dump_experiment(suited.experiment))).space
    assert stored.defaults()["text.reading"] == suited.space.defaults()["text.reading"] == default
    assert readings(suited.space) == {"text.reading": ("head", PAIR)}
    told = any(line.endswith("a pair first, as joined about 50% would lose much of b") for line in said)
    assert told == (default == PAIR)


def test_a_space_of_one_algorithm_tries_early_what_reads_columns_apart():
    resolved = resolve_experiment(build_experiment("a.csv", [], {"space.name": "linear"}))
    assert suited_readings(resolved, rows("a", "b"), lambda line: None).experiment.search.points == (
        {"text.reading": APART},
    )


def test_a_point_to_try_may_be_one_that_reads_pairs():
    resolved = resolve_experiment(build_experiment("a.csv", [], {"space.name": "finetune"}))
    resolved = resolved.with_points({"text.reading": "pair"})
    assert readings(suited_readings(resolved, rows("a", "b"), lambda line: None).space) == {
        "text.reading": ("head", PAIR)
    }


@pytest.mark.parametrize("columns", [("text",), ("title", "body", "date")])
def test_other_rows_change_nothing(columns):
    resolved = resolve_experiment(build_experiment("a.csv", [], {"space.name": "auto"}))
    assert suited_readings(resolved, rows(*columns), pytest.fail) is resolved


def test_a_reading_that_the_experiment_names_stays_and_must_be_possible():
    asked = ["space.overrides.text.reading=[pair]"]
    resolved = resolve_experiment(build_experiment("a.csv", asked, {"space.name": "finetune"}))
    assert readings(suited_readings(resolved, rows("a", "b"), lambda line: None).space) == {"text.reading": (PAIR,)}
    with pytest.raises(UsageError, match=r"two text columns .* not 1; leave 'pair' out of text\.reading"):
        suited_readings(resolved, rows("a"), lambda line: None)
    asked = ["space.overrides.linear.text.reading=[apart]"]
    resolved = resolve_experiment(build_experiment("a.csv", asked, {"space.name": "auto"}))
    assert suited_readings(resolved, rows("a", "b"), lambda line: None).experiment.search.points == ()
    with pytest.raises(UsageError, match=r"not 3; leave 'apart' out of linear\.text\.reading"):
        suited_readings(resolved, rows("a", "b", "c"), lambda line: None)


def test_a_tokenizer_without_a_form_for_pairs_reads_them_joined(tmp_path: Path, monkeypatch):
    folder = save_checkpoint(tmp_path / "own")
    monkeypatch.setattr("trials.hub.tokenizer.PretrainedTokenizer.takes_pairs", False)
    flags = {"space.name": "finetune", "space.overrides.architecture.checkpoint": [str(folder)]}
    resolved = resolve_experiment(build_experiment("a.csv", [], flags))
    assert suited_readings(resolved, rows("a", "b"), pytest.fail) is resolved

    flags["space.overrides.text.reading"] = [PAIR]
    resolved = resolve_experiment(build_experiment("a.csv", [], flags))
    with pytest.raises(UsageError, match=r"text\.reading asks for pairs, but the tokenizer of '.*own' has no form"):
        suited_readings(resolved, rows("a", "b"), pytest.fail)


@pytest.mark.parametrize(
    ("words", "longest", "budget", "options"),
    [
        (300, 256, None, ("head", "windows")),
        (300, 256, 0.001, ("head",)),
        (100, 256, None, ("head",)),
        (100, 64, None, ("head", "windows")),
    ],
)
def test_probes_may_read_windows_where_many_texts_are_long_and_there_is_time(words, longest, budget, options):
    said: list[str] = []
    flags = {"space.name": "auto", "search.time_budget": budget, "space.overrides.probe.text.longest": [longest]}
    resolved = resolve_experiment(build_experiment("a.csv", [], flags))
    split = Split(("word " * words, "a word"), np.array([0, 1]))
    data = TextDataset("toy", ("x", "y"), split, split, split, "f", form=RowForm(("text",)))

    found = with_feature_readings(resolved, PreparedData(data, 256, Budgets(100, 100)), said.append)

    assert readings(found.space)["probe.text.reading"] == options
    assert readings(found.space)["finetune.text.reading"] == ("head",)
    assert len(said) == (len(options) > 1)


@pytest.mark.parametrize(
    ("words", "budget", "options"),
    [
        (100, None, ("head", APART)),
        (100, 0.001, ("head",)),
        (300, None, ("head", APART, "windows")),
    ],
)
def test_probes_may_read_two_columns_apart_where_there_is_time_and_memory(monkeypatch, words, budget, options):
    said: list[str] = []
    flags = {"space.name": "auto", "search.time_budget": budget}
    resolved = resolve_experiment(build_experiment("a.csv", [], flags))
    split = Split(("word " * words, "a word"), np.array([0, 1]))
    data = TextDataset("toy", ("x", "y"), split, split, split, "f", form=RowForm(("premise", "hypothesis")))

    prepared = PreparedData(data, 256, Budgets(100, 100))
    found = with_feature_readings(resolved, prepared, said.append)

    assert readings(found.space)["probe.text.reading"] == options
    early = ({"algorithm": "probe", "probe.text.reading": APART},) if APART in options else ()
    assert found.experiment.search.points == early
    assert any("premise and hypothesis" in line for line in said) == (APART in options)

    monkeypatch.setattr(module, "MOST_BYTES", 4 * 4 * 4 * 4 * 384 - 1)
    found = with_feature_readings(resolved, prepared, said.append)
    assert APART not in readings(found.space)["probe.text.reading"], "too large for the memory"
