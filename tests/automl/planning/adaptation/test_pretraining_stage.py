"""A self-supervised stage is searched where there are texts for it, and time."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from automl.config.loader import build_experiment, dump_experiment, load_experiment
from automl.core.budgets import Budgets
from automl.planning.adaptation.pretraining_stage import LARGEST_SHARE, suited_pretraining
from automl.planning.initial_points import first_points
from automl.planning.prepare_data import PreparedData
from automl.planning.resolved_experiment import resolve_experiment
from automl.storage.study_store import StudyStore, sqlite_url
from search_spaces import ALGORITHM, Choice, Point, Space
from tests.trials.pretrained.checkpoints import save_checkpoint
from trials.data.dataset import Split, TextDataset

WORDS = "one two three four five six seven eight nine ten " * 10
LABELLED = Split(tuple(f"{number} {WORDS}" for number in range(100)), np.arange(100) % 2)


def prepared(unlabeled: int) -> PreparedData:
    texts = tuple(f"another {number} {WORDS}" for number in range(unlabeled))
    dataset = TextDataset("toy", ("a", "b"), LABELLED, LABELLED, LABELLED, "f" * 64, texts)
    return PreparedData(dataset, 128, Budgets(1000, 1000))


def suited(name: str, *settings: str, unlabeled: int = 400, **flags: object):
    """The experiment as a study keeps it, its space, and what was said."""
    said: list[str] = []
    resolved = resolve_experiment(build_experiment("imdb", list(settings), {"space.name": name, **flags}))
    resolved = suited_pretraining(resolved, prepared(unlabeled), said.append)
    assert resolve_experiment(load_experiment(dump_experiment(resolved.experiment))).space == resolved.space
    return resolved.experiment, resolved.space, said


def lengths(space: Space, algorithm: str = "") -> tuple[object, ...]:
    dimension = space.dimensions()[f"{algorithm}pretraining.epochs"]
    assert isinstance(dimension, Choice) and dimension.default == 0.0
    return dimension.options


@pytest.mark.parametrize("name", ["encoder", "finetune", "lora", "subnet"])
def test_without_unlabelled_texts_there_is_none_and_nothing_about_it_is_searched(name):
    experiment, space, said = suited(name, unlabeled=0)
    stage = {key: dimension for key, dimension in space.dimensions().items() if key.startswith("pretraining.")}
    assert len(stage) == 3 and all(dimension.extremes() == (dimension.default,) for dimension in stage.values())
    assert (experiment.search.points, said) == ((), [])


def test_with_them_as_many_passes_as_there_is_time_for_are_tried_and_one_length_early():
    experiment, space, said = suited("encoder", **{"search.time_budget": "1h"})
    assert lengths(space) == (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)
    assert experiment.search.points == ({"pretraining.epochs": 2.0},)
    point = space.replay({**space.defaults(), "pretraining.epochs": 1.0})
    assert isinstance(point, Point)
    seconds = prepared(400).stage_seconds(point)
    experiment, space, said = suited("encoder", **{"search.time_budget": 0.6 * seconds / LARGEST_SHARE})
    assert lengths(space) == (0.0, 0.5)
    assert experiment.search.points == ({"pretraining.epochs": 0.5},)
    assert said == []


def test_without_time_there_is_none_and_that_is_told():
    experiment, space, said = suited("finetune", **{"search.time_budget": "10s"})
    assert lengths(space) == (0.0,) and experiment.search.points == ()
    (sentence,) = said
    assert "400 unlabelled texts are not used" in sentence and "more than 25% of the time budget" in sentence


@pytest.mark.parametrize("unlabeled", [0, 400])
def test_what_somebody_asks_for_stays_as_it_is(unlabeled):
    settings = "space.overrides.pretraining.epochs=[0, 4]"
    experiment, space, said = suited("encoder", settings, unlabeled=unlabeled, **{"search.time_budget": "10s"})
    assert lengths(space) == (0.0, 4.0)
    assert isinstance(space.dimensions()["pretraining.learning_rate"], Choice)
    assert len(space.dimensions()["pretraining.learning_rate"].options) == 2
    assert said == [] and experiment.search.points == ()


def test_of_several_algorithms_each_is_asked_and_those_that_come_late_are_not_tried_early(tmp_path: Path):
    experiment, space, _ = suited("auto", **{"search.time_budget": "1h"})
    assert lengths(space, "encoder.") == (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)
    assert experiment.search.points == ({ALGORITHM: "finetune", "finetune.pretraining.epochs": 2.0},)
    store = StudyStore(sqlite_url(tmp_path))
    points = first_points(space, experiment.search, store).points
    store.close()
    assert points[-1][ALGORITHM] == "finetune" and points[-1]["finetune.pretraining.epochs"] == 2.0


def test_where_nothing_can_be_pretrained_that_is_told(tmp_path: Path):
    assert "nothing in this space is pretrained" in suited("linear")[2][0]
    folder = save_checkpoint(tmp_path / "maskless")
    for file in ("tokenizer_config.json", "special_tokens_map.json"):
        if (folder / file).exists():
            (folder / file).write_text((folder / file).read_text().replace('"mask_token"', '"no_token"'))
    asked = {"space.overrides.architecture.checkpoint": [str(folder)]}
    _, space, said = suited("finetune", **asked)
    assert lengths(space) == (0.0,) and "has no mask token" in said[0]


def test_a_trial_is_expected_to_take_longer_by_its_stage():
    _, space, _ = suited("finetune", **{"search.time_budget": "1h"})
    with_stage, without = (space.replay({**space.defaults(), "pretraining.epochs": passes}) for passes in (1.0, 0.0))
    data = prepared(400)
    assert isinstance(with_stage, Point) and isinstance(without, Point)
    assert data.stage_seconds(without) == 0.0
    assert data.seconds(with_stage) == pytest.approx(data.seconds(without) + data.stage_seconds(with_stage))
    assert replace(data, folds=5).stage_seconds(with_stage) == pytest.approx(6 * data.stage_seconds(with_stage))
    assert prepared(900).stage_seconds(with_stage) == pytest.approx(2 * data.stage_seconds(with_stage), rel=0.01)
