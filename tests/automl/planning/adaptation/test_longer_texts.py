"""More tokens of a text are a choice of trained models where many texts are cut and there is time."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from automl.config.loader import build_experiment, dump_experiment, load_experiment
from automl.core import Budgets
from automl.planning.adaptation.longer_texts import with_longer_texts
from automl.planning.prepare_data import PreparedData
from automl.planning.resolved_experiment import ResolvedExperiment, resolve_experiment
from search_spaces import Choice, Space
from tests.trials.pretrained.checkpoints import save_checkpoint
from trials.data import RowForm, Split, TextDataset


def data(words: int, max_length: int = 256) -> PreparedData:
    split = Split(tuple("word " * words if row % 2 else "a word" for row in range(40)), np.arange(40) % 2)
    dataset = TextDataset("toy", ("x", "y"), split, split, split, "f", form=RowForm(("text",)))
    return PreparedData(dataset, max_length, Budgets(100, 100))


def resolved(space: str, *assignments: str, budget: float | None = None, **overrides: object) -> ResolvedExperiment:
    flags = {"space.name": space, "search.time_budget": budget, **overrides}
    return resolve_experiment(build_experiment("a.csv", list(assignments), flags))


def lengths(space: Space) -> dict[str, tuple[object, ...]]:
    dimensions = space.dimensions().items()
    return {name: each.options for name, each in dimensions if name.endswith("longest") and isinstance(each, Choice)}


@pytest.mark.parametrize(("words", "limit"), [(300, 368), (5000, 512)])
def test_trained_models_may_read_more_and_scratch_models_too_for_good(words: int, limit: int) -> None:
    said: list[str] = []

    found, prepared = with_longer_texts(resolved("auto"), data(words), said.append)

    assert prepared.max_length == limit, "no more than the texts need"
    space = resolve_experiment(load_experiment(dump_experiment(found.experiment))).space
    assert space == found.space
    options = lengths(space)
    assert options.pop("encoder.text.longest") == (256, 512)
    assert {name.partition(".")[0] for name, each in options.items() if each == (64, 128, 256, 512)} == {
        "finetune",
        "subnet",
        "lora",
    }
    assert options["probe.text.longest"] == (256,)
    share = "50%" if words > 1000 else "0%"
    assert f"up to {limit} tokens, which cuts about {share} of the texts, is tried" in said[0]
    assert said[0].endswith(": subnet.text.longest, finetune.text.longest, lora.text.longest, encoder.text.longest")


def test_what_has_no_time_is_not_tried_and_models_from_scratch_read_no_more_than_before() -> None:
    said: list[str] = []
    experiment, before = resolved("auto", budget=600.0), replace(data(5000), budgets=Budgets(10**7, 10**7))
    found, prepared = with_longer_texts(experiment, before, said.append)
    assert (found, prepared) == (experiment, before)
    assert "is not tried" in said[0] and "--set data.max_length=512" in said[0]

    found, prepared = with_longer_texts(experiment, replace(before, budgets=Budgets(10, 10**7)), said.append)
    assert prepared.max_length == 512
    assert lengths(found.space)["encoder.text.longest"] == (256, 512)
    assert lengths(found.space)["finetune.text.longest"] == (64, 128, 256)
    assert said[1].endswith(": encoder.text.longest")

    found, prepared = with_longer_texts(experiment, replace(before, budgets=Budgets(10**7, 10)), said.append)
    assert lengths(found.space)["encoder.text.longest"] == (256,)
    assert lengths(found.space)["finetune.text.longest"] == (64, 128, 256, 512)


@pytest.mark.parametrize("space", ["probe", "linear"])
def test_other_models_change_nothing(space: str) -> None:
    experiment, before = resolved(space), data(5000)
    assert with_longer_texts(experiment, before, pytest.fail) == (experiment, before)


def test_short_texts_change_nothing() -> None:
    experiment, before = resolved("auto"), data(200)
    assert with_longer_texts(experiment, before, pytest.fail) == (experiment, before)


def test_an_encoder_with_few_positions_is_offered_no_more(tmp_path: Path) -> None:
    folder = save_checkpoint(tmp_path / "own")
    experiment = resolved("finetune", **{"space.overrides.architecture.checkpoint": [str(folder)]})
    before = data(5000)
    assert with_longer_texts(experiment, before, pytest.fail) == (experiment, before)


def test_a_limit_that_the_user_names_is_kept_whatever_time_it_takes() -> None:
    experiment, before = resolved("auto", "data.max_length=200", budget=60.0), data(5000, 200)
    assert with_longer_texts(experiment, before, pytest.fail) == (experiment, before)

    named = resolved("auto", "data.max_length=400", "space.overrides.lora.text.longest=[128]", budget=60.0)
    found, prepared = with_longer_texts(named, data(5000, 400), lambda line: None)
    assert prepared.max_length == 400
    options = lengths(found.space)
    assert options["finetune.text.longest"] == (64, 128, 256, 400)
    assert options["lora.text.longest"] == (128,)
    assert options["encoder.text.longest"] == (8192,), "it reads up to the limit as it is"

    said: list[str] = []
    found, prepared = with_longer_texts(resolved("finetune", "data.max_length=1000"), data(5000, 1000), said.append)
    assert lengths(found.space) == {"text.longest": (64, 128, 256, 512)}, "no more than the encoder bears"
    assert "up to 512 tokens, which cuts about 50% of the texts" in said[0]
