"""How a text is read, and what of it identifies a point."""

import pytest

from search_spaces import PretrainedText, SpaceError, Text, Words


def test_the_usual_reading_and_length_are_no_part_of_what_identifies_a_point() -> None:
    assert repr(PretrainedText("minilm", 64)) == "PretrainedText(checkpoint='minilm', longest=64)"
    assert repr(Text(8000)) == "Text(vocabulary_size=8000)"
    assert repr(Text(8000, 256)) == "Text(vocabulary_size=8000, longest=256)"
    assert (
        repr(PretrainedText("minilm", 64, "pair")) == "PretrainedText(checkpoint='minilm', longest=64, reading='pair')"
    )


def test_a_reading_that_nobody_knows_is_refused():
    with pytest.raises(SpaceError, match="must be one of head, windows, pair, apart, not 'tail'"):
        PretrainedText("minilm", 64, "tail")
    with pytest.raises(SpaceError, match="must be one of whole, apart, not 'tail'"):
        Words(1, 0, 1, True, "tail")
