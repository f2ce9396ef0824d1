"""A small classifier on frozen features of a large encoder."""

from search_spaces import SPACES, PretrainedText, Probe, Space

SPACE = Space("large_probe", SPACES["large_probe"])


def test_each_parameter_is_the_field_of_its_name():
    values = {
        "features.checkpoint": "mine",
        "text.longest": 256,
        "text.reading": "windows",
        "features.layers": 2,
        "classifier.hidden": 32,
        "classifier.penalty": 0.2,
        "training.balance": "weights",
    }
    expected = Probe(PretrainedText("mine", 256, "windows"), "mean", layers=2, hidden=32, penalty=0.2, balanced=True)
    assert SPACE.replay(values) == expected
    assert values.keys() == SPACE.defaults().keys()


def test_it_is_the_probe_but_for_its_checkpoint():
    own, small = SPACE.replay(SPACE.defaults()), Space("probe", SPACES["probe"])
    assert own == small.replay({**small.defaults(), "architecture.checkpoint": own.text.checkpoint})
