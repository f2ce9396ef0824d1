import json
from pathlib import Path

import pytest

from trials.errors import PretrainedError
from trials.hub.tokenizer import read_tokenizer


def test_it_says_what_it_is(checkpoint: Path) -> None:
    found = read_tokenizer(checkpoint)
    assert found.padding_id == 1
    assert found.specials["cls_token"] == "<s>"
    assert found.longest == 20, "the model's positions, which are fewer than the tokenizer's"
    assert json.loads(found.to_str())["truncation"] is None
    assert json.loads(found.to_str())["padding"] is None


def test_special_tokens_may_be_told_as_objects(checkpoint: Path) -> None:
    (checkpoint / "tokenizer_config.json").write_text('{"pad_token": {"content": "<pad>", "lstrip": false}}')
    assert read_tokenizer(checkpoint).padding_id == 1


def test_older_checkpoints_tell_the_padding_in_the_config_alone(checkpoint: Path) -> None:
    (checkpoint / "tokenizer_config.json").write_text('{"do_lower_case": true, "model_max_length": 512}')
    (checkpoint / "special_tokens_map.json").unlink(missing_ok=True)
    found = read_tokenizer(checkpoint)
    assert (found.padding_id, found.specials) == (1, {"pad_token": "<pad>"})


def test_roberta_has_no_positions_for_as_many_tokens_as_it_says(checkpoint: Path) -> None:
    config = checkpoint / "config.json"
    config.write_text(config.read_text().replace('"model_type": "bert"', '"model_type": "roberta"'))
    assert read_tokenizer(checkpoint).longest == 18


@pytest.mark.parametrize("told", ["{}", '{"pad_token": "nowhere"}', '{"pad_token": null}'])
def test_without_a_token_to_pad_with_it_is_refused(checkpoint: Path, told: str) -> None:
    (checkpoint / "tokenizer_config.json").write_text(told)
    (checkpoint / "special_tokens_map.json").unlink(missing_ok=True)
    config = checkpoint / "config.json"
    config.write_text(config.read_text().replace('"pad_token_id": 1', '"pad_token_id": null'))
    with pytest.raises(PretrainedError, match="pad_token"):
        read_tokenizer(checkpoint)


def test_a_tokenizer_that_cannot_be_read_is_named(checkpoint: Path) -> None:
    (checkpoint / "tokenizer.json").write_text("{}")
    with pytest.raises(PretrainedError, match=r"tokenizer\.json"):
        read_tokenizer(checkpoint)
