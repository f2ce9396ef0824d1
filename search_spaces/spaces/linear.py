"""The space `linear`: TF-IDF under a logistic regression. Quick, and on little data hard to beat.

| parameter | range | why |
|---|---|---|
| `text.words` | 1, 2, 3 | longest run of words: pairs tell "not good" from "good" |
| `text.characters` | 0, 4, 5 | longest run of characters in a word, 0 for none: they are robust to endings and typos |
| `text.rarest` | 1, 2, 3 | training texts that a run must occur in: more make it quicker, and forget names |
| `text.sublinear` | true, false | whether a tenth occurrence tells less than the first |
| `classifier.inverse_penalty` | 0.1 .. 1000 (log) | the larger, the closer the training texts are fitted |
| `training.balance` | none, weights | where classes are of unlike size; `none` where they are alike |
"""

from search_spaces.blocks import is_balanced
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
        ),
        inverse_penalty=suggest.real("classifier.inverse_penalty", 0.1, 1000.0, default=10.0, log=True),
        balanced=is_balanced(suggest),
    )
