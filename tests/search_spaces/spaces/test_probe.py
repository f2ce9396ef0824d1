"""A small classifier on frozen features."""

from search_spaces import HIGHEST, SPACES, PretrainedText, Probe, Space

SPACE = Space("probe", SPACES["probe"])


def test_each_parameter_is_the_field_of_its_name():
    values = {
        "architecture.checkpoint": "mine",
        "text.longest": 256,
        "text.reading": "windows",
        "features.pooling": "first",
        "features.layers": 4,
        "classifier.hidden": 32,
        "classifier.penalty": 0.05,
        "training.balance": "weights",
    }
    expected = Probe(PretrainedText("mine", 256, "windows"), "first", layers=4, hidden=32, penalty=0.05, balanced=True)
    assert SPACE.replay(values) == expected
    assert values.keys() == SPACE.defaults().keys()


def test_no_more_layers_are_asked_for_than_features_are_computed_of():
    assert max(SPACE.dimensions()["features.layers"].options) <= HIGHEST
