"""The space `linear`: TF-IDF under a logistic regression. Fast, and hard to beat on small data sets.

| parameter | range | why |
|---|---|---|
| `text.words` | 1, 2, 3 | longest n-gram of words: pairs distinguish "not good" from "good" |
| `text.characters` | 0, 4, 5 | longest n-gram of characters in a word, or 0; robust to endings and typos |
| `text.rarest` | 1, 2, 3 | fewest training texts with an n-gram; more is faster, and drops rare names |
| `text.sublinear` | true, false | whether repeated occurrences in a text count less than the first |
| `text.reading` | whole | `apart`, each column by itself, is searched, too, where rows have two text columns |
| `classifier.inverse_penalty` | 0.1 .. 1000 (log) | larger values fit the training texts more closely |
| `training.balance` | none, weights | searched if class sizes differ; `none` if they are similar |
"""

from search_spaces.blocks import READING, is_balanced
from search_spaces.point import Linear, Words
from search_spaces.suggest import Suggest


def linear(suggest: Suggest) -> Linear:
    """TF-IDF of words and characters under a logistic regression.

    Args:
        suggest: gives a value for each parameter.
    """
    return Linear(
        text=Words(
            words=suggest.choice("text.words", (1, 2, 3), default=2),
            characters=suggest.choice("text.characters", (0, 4, 5), default=5),
            rarest=suggest.choice("text.rarest", (1, 2, 3), default=2),
            sublinear=suggest.choice("text.sublinear", (True, False), default=True),
            reading=suggest.choice(READING, ("whole",), default="whole", more=("apart",)),
        ),
        inverse_penalty=suggest.real("classifier.inverse_penalty", 0.1, 1000.0, default=10.0, log=True),
        balanced=is_balanced(suggest),
    )
