"""Learning rates of pretrained encoders follow the width of the checkpoint."""

from pathlib import Path

import pytest
from transformers import BertConfig

from automl.config.loader import build_experiment, dump_experiment, load_experiment
from automl.planning.adaptation.learning_rates import suited_learning_rates
from automl.planning.resolved_experiment import resolve_experiment
from search_spaces import CHECKPOINT, FloatRange, Space
from tests.trials.pretrained.checkpoints import BERT_SIZES, save_checkpoint

RATE = "optimizer.learning_rate"


def wide(folder: Path, width: int) -> str:
    return str(save_checkpoint(folder / str(width), BertConfig(**{**BERT_SIZES, "hidden_size": width})))


def suited(name: str, checkpoints: list[str], **overrides: object) -> Space:
    flags = {f"space.overrides.{key}": value for key, value in {CHECKPOINT: checkpoints, **overrides}.items()}
    resolved = suited_learning_rates(resolve_experiment(build_experiment("imdb", [], {"space.name": name, **flags})))
    assert resolve_experiment(load_experiment(dump_experiment(resolved.experiment))).space == resolved.space
    return resolved.space


def rate(space: Space, name: str = RATE) -> FloatRange:
    found = space.dimensions()[name]
    assert isinstance(found, FloatRange)
    return found


@pytest.mark.parametrize("name", ["finetune", "subnet"])
def test_an_encoder_of_width_768_gets_the_rates_that_it_wants(name: str, tmp_path: Path) -> None:
    found = rate(suited(name, [wide(tmp_path, 768)]))
    assert 1e-5 <= found.default <= 5e-5
    assert found.low <= 1e-5 and 5e-5 <= found.high < 2e-4
    assert found.log


def test_adapters_depend_on_the_width_less(tmp_path: Path) -> None:
    assert rate(suited("lora", [wide(tmp_path, 768)])) == FloatRange(5e-5, 2e-3, 5e-4, log=True)


def test_of_several_checkpoints_the_range_covers_all_and_the_default_is_that_of_the_first(tmp_path: Path) -> None:
    usual, double = wide(tmp_path, 384), wide(tmp_path, 768)
    found, narrow, large = (rate(suited("finetune", names)) for names in ([usual, double], [usual], [double]))
    assert (found.low, found.high, found.default) == (large.low, narrow.high, narrow.default)
    assert rate(suited("finetune", [double, usual])).default == large.default


def test_every_algorithm_of_a_space_gets_its_own(tmp_path: Path) -> None:
    space, plain = suited("auto", [wide(tmp_path, 768)]), resolve_experiment(build_experiment("imdb", [], {})).space
    lower = [name for name, found in space.dimensions().items() if found != plain.dimensions()[name]]
    assert lower == [CHECKPOINT, f"subnet.{RATE}", f"finetune.{RATE}", f"lora.{RATE}"]


def test_a_range_of_the_users_and_the_usual_width_stay_as_they_are(tmp_path: Path) -> None:
    assert rate(suited("finetune", [wide(tmp_path, 768)], **{RATE: {"low": 1e-4}})).default == 2e-4
    assert RATE not in suited("finetune", [wide(tmp_path, 384)]).overrides
