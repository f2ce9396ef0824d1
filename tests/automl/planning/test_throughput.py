import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from automl.core.budgets import USUAL_PACE, Pace
from automl.planning.throughput import masked_tokens_per_second, pretrained_pace, tokens_per_second
from search_spaces import SPACES, Kept, Point, Pretrained, Space
from trials.errors import PretrainedError


def checkpoint(folder: Path, **config: object) -> str:
    """A checkpoint, as far as its size is concerned."""
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "tokenizer.json").write_text("{}")
    save_file({"weight": np.zeros(1)}, folder / "model.safetensors")
    return str(folder)


@pytest.fixture
def small(tmp_path: Path) -> str:
    return checkpoint(tmp_path / "small", num_hidden_layers=6, hidden_size=384, vocab_size=30_000)


def tuned(name: str, **changes: object) -> Point:
    """The default point of the space `finetune`, of another encoder."""
    point = Space("finetune", SPACES["finetune"]).default_points()[0]
    return replace(point, architecture=replace(point.architecture, checkpoint=name, **{"frozen_share": 0.0, **changes}))


def rate(point, pace: Pace = USUAL_PACE) -> float:
    return tokens_per_second(point, pace)


def test_twice_the_layers_take_twice_the_time_and_twice_the_width_four_times(small, tmp_path):
    deep = checkpoint(tmp_path / "deep", n_layers=12, dim=384)
    wide = checkpoint(tmp_path / "wide", num_layers=6, d_model=768)
    assert rate(tuned(small)) / rate(tuned(deep)) == pytest.approx(2)
    assert rate(tuned(small)) / rate(tuned(wide)) == pytest.approx(4)


def test_a_config_that_does_not_tell_its_size_is_that_of_a_base_model(tmp_path):
    silent = checkpoint(tmp_path / "silent", num_hidden_layers="many")
    base = checkpoint(tmp_path / "base", num_hidden_layers=12, hidden_size=768)
    assert rate(tuned(silent)) == rate(tuned(base))


def test_a_frozen_layer_costs_a_third(small):
    assert rate(tuned(small, frozen_share=1.0)) / rate(tuned(small)) == pytest.approx(3)
    assert rate(tuned(small, frozen_share=0.5)) / rate(tuned(small)) == pytest.approx(1.5)


def test_what_is_cut_away_costs_nothing(small):
    half = Kept(depth_share=0.5, heads_share=1.0, feed_forward_share=1.0, layers="lowest")
    thin = Kept(depth_share=1.0, heads_share=0.5, feed_forward_share=0.5, layers="spread")
    assert rate(tuned(small, kept=half)) / rate(tuned(small)) == pytest.approx(2)
    assert rate(tuned(small, kept=thin)) / rate(tuned(small)) == pytest.approx(2)


def test_each_kind_of_model_has_the_pace_that_was_measured_of_it(small):
    pace = Pace(scratch=7.0, pretrained=2 * USUAL_PACE.pretrained)
    scratch = Space("encoder", SPACES["encoder"]).default_points()[0]
    assert rate(scratch, pace) == 7.0
    assert rate(tuned(small), pace) == pytest.approx(2 * rate(tuned(small)))
    linear = Space("linear", SPACES["linear"]).default_points()[0]
    assert rate(linear, pace) == rate(linear), "it was not measured"
    characters = replace(linear, text=replace(linear.text, characters=5))
    without = replace(linear, text=replace(linear.text, characters=0))
    assert rate(characters) < rate(without)


def test_a_pace_that_was_measured_foretells_what_was_measured(small):
    point = tuned(small, frozen_share=0.5)
    pace = Pace(pretrained=pretrained_pace(point, 1234.0))
    assert rate(point, pace) == pytest.approx(1234.0)


def test_masked_tokens_cost_the_words_that_are_guessed(small):
    """A head over 30 000 words for 15 % of the tokens: 4 500 w beside 12 · 6 w² of the layers."""
    point = tuned(small)
    assert isinstance(point.architecture, Pretrained)
    none = masked_tokens_per_second(point, 0.0, USUAL_PACE)
    some = masked_tokens_per_second(point, 0.15, USUAL_PACE)
    assert none == pytest.approx(rate(point))
    assert none / some == pytest.approx(1 + 4500 / (12 * 6 * 384))


def test_a_checkpoint_that_cannot_be_read_is_told(tmp_path):
    with pytest.raises(PretrainedError, match="must be a folder"):
        rate(tuned(str(tmp_path / "nowhere")))
    broken = checkpoint(tmp_path / "broken")
    (tmp_path / "broken" / "config.json").write_text("[]")
    with pytest.raises(PretrainedError, match="must hold a JSON object"):
        rate(tuned(broken))
