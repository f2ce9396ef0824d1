"""A pretrained encoder, whole or trimmed, trained further."""

from search_spaces import SPACES, Kept, Point, Space

SPACE = Space("trimmed", SPACES["trimmed"])


def changed(**values: object) -> Point:
    return SPACE.replay({**SPACE.defaults(), **{name.replace("__", "."): value for name, value in values.items()}})


def test_the_default_is_the_whole_encoder_with_the_settings_of_finetune():
    found, whole = changed(), Space("finetune", SPACES["finetune"])
    assert found.architecture.kept == Kept(1.0, 1.0, 1.0, "lowest", is_padded=True)
    expected = whole.replay(whole.defaults())
    assert (found.optimizer, found.training, found.text) == (expected.optimizer, expected.training, expected.text)


def test_layers_and_heads_are_trimmed_and_no_units():
    found = changed(architecture__depth_share=0.5, architecture__heads_share=0.75, architecture__layers="spread")
    assert found.architecture.kept == Kept(0.5, 0.75, 1.0, "spread", is_padded=True)
