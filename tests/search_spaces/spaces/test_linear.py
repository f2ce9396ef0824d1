"""TF-IDF under a logistic regression."""

from search_spaces import SPACES, Linear, Space, Words

SPACE = Space("linear", SPACES["linear"])


def test_each_parameter_is_the_field_of_its_name():
    values = {
        "text.words": 3,
        "text.characters": 5,
        "text.rarest": 1,
        "text.sublinear": False,
        "text.reading": "apart",
        "classifier.inverse_penalty": 0.25,
        "training.balance": "weights",
    }
    words = Words(words=3, characters=5, rarest=1, sublinear=False, reading="apart")
    assert SPACE.replay(values) == Linear(words, inverse_penalty=0.25, balanced=True)
    assert values.keys() == SPACE.defaults().keys()


def test_by_default_classes_count_as_they_are():
    assert not SPACE.replay(SPACE.defaults()).balanced
