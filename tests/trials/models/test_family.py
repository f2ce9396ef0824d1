"""What an architecture must be to be built; an unknown name is told with the choices and the near miss."""

import pytest

from search_spaces import SpaceError
from tests.trials.models.building import architecture_of
from trials.models import FAMILIES, INITIALIZATIONS
from trials.models.family import CLS_ID, SEP_ID, check_architecture, check_rotary


@pytest.mark.parametrize(
    ("encoder", "fields", "said"),
    [
        ("modernbet/mean", {}, r"'modernbet'.*mean 'modernbert'.*: bert, megatron-bert, modernbert, roformer"),
        ("tree/mean", {}, r"'tree'\. .*: bert, megatron-bert, modernbert, roformer"),
        ("bert/mean", {}, r"pooling of 'bert' 'mean'.*: cls"),
        ("modernbert/max", {}, "cls, mean"),
        ("bert/cls", {"activation": "gelo"}, r"activation 'gelo'.*mean 'gelu'"),
        ("bert/cls", {"initialization": "fan-in"}, r"initialization 'fan-in'.*mean 'fan_in'"),
    ],
)
def test_an_unknown_name_is_told_with_what_there_is(encoder: str, fields: dict[str, object], said: str) -> None:
    with pytest.raises(SpaceError, match=said):
        check_architecture(architecture_of(encoder, **fields), FAMILIES, INITIALIZATIONS)


def test_the_pooling_of_another_family_is_no_pooling_of_this_one() -> None:
    assert check_architecture(architecture_of("modernbert/mean"), FAMILIES, INITIALIZATIONS) is FAMILIES["modernbert"]
    with pytest.raises(SpaceError):
        check_architecture(architecture_of("roformer/mean"), FAMILIES, INITIALIZATIONS)


@pytest.mark.parametrize("width", [1, 15])
def test_an_odd_head_cannot_be_split_into_pairs(width: int) -> None:
    with pytest.raises(SpaceError, match=rf"even.*'modernbert'.*{width}"):
        check_rotary(architecture_of("modernbert/mean", head_width=width))
    check_rotary(architecture_of("modernbert/mean", head_width=width + 1))


def test_ids_are_those_of_the_tokens_that_a_tokenizer_puts_around_a_text() -> None:
    from tests.trials.toy import toy_tokenizer

    assert toy_tokenizer().encode("ball").ids[::2] == [CLS_ID, SEP_ID]
