"""An experiment and its space change together, and a resumed search finds the same space in what the study stores."""

import sys
from pathlib import Path

import numpy as np
import pytest

from automl.config.loader import build_experiment, dump_experiment, load_experiment
from automl.core.budgets import Budgets
from automl.core.errors import UsageError
from automl.planning import resolved_experiment as module
from automl.planning.adaptation.class_balance import without_balance
from automl.planning.adaptation.pretraining_stage import suited_pretraining
from automl.planning.prepare_data import PreparedData
from automl.planning.resolved_experiment import (
    require_checkpoints,
    resolve_experiment,
    with_pinned_data,
    without_missing_checkpoints,
)
from search_spaces import ALGORITHM, CHECKPOINT, SPACES, Choice
from trials.data.dataset import Split, TextDataset

LABELLED = Split(tuple(f"{number} one two three" for number in range(40)), np.arange(40) % 2)
PREPARED = PreparedData(
    TextDataset("toy", ("a", "b"), LABELLED, LABELLED, LABELLED, "f" * 64, LABELLED.texts), 64, Budgets(1000, 1000)
)

FUSSY = """
from search_spaces import SPACES

def space(suggest):
    if suggest.choice("layers", (1, 2), default=1) == 3:
        raise KeyError("no three layers")
    return SPACES["linear"](suggest)
"""


@pytest.mark.parametrize("has_checkpoint", [True, False])
@pytest.mark.parametrize("name", SPACES)
def test_a_resumed_search_finds_the_space_that_the_search_adapted(monkeypatch, name, has_checkpoint):
    experiment = build_experiment("imdb", [], {"space.name": name})
    if not has_checkpoint and name == "auto":  # other spaces with a checkpoint are refused without it
        monkeypatch.setattr("trials.hub.checkpoint_location.find_spec", lambda name: None)
    said: list[str] = []
    resolved = without_missing_checkpoints(resolve_experiment(experiment), said.append)
    resolved = suited_pretraining(without_balance(resolved), PREPARED, said.append)
    stored = load_experiment(dump_experiment(resolved.experiment))
    assert resolve_experiment(stored).space == resolved.space
    assert resolved.space.overrides.keys() == stored.space.overrides.keys()


def test_without_a_checkpoint_the_algorithms_that_need_one_are_left_out_and_that_is_told(monkeypatch):
    resolved = resolve_experiment(build_experiment("imdb", [], {}))
    monkeypatch.setattr("trials.hub.checkpoint_location.find_spec", lambda name: None)
    said: list[str] = []
    left = without_missing_checkpoints(resolved, said.append)
    assert left.space.algorithms() == ("linear", "encoder")
    assert left.experiment.space.overrides == {ALGORITHM: ["linear", "encoder"]}
    require_checkpoints(left.space)
    assert len(said) == 1 and "the search chooses among linear, encoder" in said[0]


def test_an_override_of_the_experiment_comes_before_an_added_one():
    resolved = resolve_experiment(
        build_experiment("imdb", ["space.overrides.architecture.depth=3", "space.name=encoder"], {})
    )
    resolved = resolved.with_overrides({"architecture.depth": 1, "architecture.heads": [2]})
    dimensions = resolved.space.dimensions()
    assert (dimensions["architecture.depth"], dimensions["architecture.heads"]) == (Choice((3,), 3), Choice((2,), 2))
    assert resolved.experiment.space.overrides == {"architecture.heads": [2], "architecture.depth": 3}


def test_all_problems_of_a_space_and_of_its_checkpoints_are_told_at_once(tmp_path: Path):
    experiment = build_experiment("imdb", [], {"space.name": "encoder"})
    section = experiment.space.model_copy(update={"overrides": {"architecture.depth": 0, "no.such": 1}})
    with pytest.raises(UsageError) as refused:
        resolve_experiment(experiment.model_copy(update={"space": section}))
    assert "the depth must be at least 1" in str(refused.value) and "no parameter 'no.such'" in str(refused.value)
    overrides = {CHECKPOINT: [str(tmp_path), "./nowhere"]}
    section = experiment.space.model_copy(update={"name": "finetune", "overrides": overrides})
    resolved = resolve_experiment(experiment.model_copy(update={"space": section}))
    with pytest.raises(UsageError, match=r"(?s)config\.json.*\./nowhere"):
        require_checkpoints(resolved.space)


def test_a_space_of_a_user_that_fails_on_an_added_override_is_an_error_of_the_user(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("fussy.py").write_text(FUSSY)
    resolved = resolve_experiment(build_experiment("imdb", [], {"space.name": "fussy:space"}))
    with pytest.raises(UsageError, match="must give a point, but it raised KeyError"):
        resolved.with_overrides({"layers": [1, 3]})
    sys.modules.pop("fussy")


def test_data_of_the_hub_are_pinned_and_other_data_stay(monkeypatch):
    monkeypatch.setattr(module, "pinned", lambda source: f"{source}@{'a' * 40}")
    pinned = with_pinned_data(build_experiment("hf://org/name", [], {"data.text": "body"}))
    assert (pinned.data.source, pinned.data.text) == (f"hf://org/name@{'a' * 40}", ("body",))
    assert load_experiment(dump_experiment(pinned)).data == pinned.data
