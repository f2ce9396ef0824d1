"""The space `probe`: a small classifier on the features of a frozen pretrained encoder.

The features of all texts are computed once a study, for each checkpoint and length; then a trial takes seconds.

| parameter | range | why |
|---|---|---|
| `architecture.checkpoint` | minilm | override with any folders or hub ids; several compete |
| `text.longest` | 256 | tokens kept of a text; each other length computes the features anew |
| `features.pooling` | mean, first | the first token's output tells much only where the encoder was trained for that |
| `features.layers` | 1, 2, 4 | highest layers, side by side; four are better than the last alone on most data |
| `classifier.hidden` | 0, 32, 128 | units between features and classes; 0 is a logistic regression |
| `classifier.penalty` | 1e-4 .. 3 (log) | on squared weights: the smaller, the closer the training texts are fitted |
| `training.balance` | none, weights | where classes are of unlike size; `none` where they are alike |
"""

from search_spaces.blocks import checkpoint_of, is_balanced
from search_spaces.point import POOLINGS, PretrainedText, Probe
from search_spaces.suggest import Suggest


def probe(suggest: Suggest) -> Probe:
    """A small classifier on the features of a frozen pretrained encoder, which are computed once.

    Args:
        suggest: gives a value for each parameter.
    """
    return Probe(
        text=PretrainedText(checkpoint_of(suggest), suggest.choice("text.longest", (256,), default=256)),
        pooling=suggest.choice("features.pooling", POOLINGS, default="mean"),
        layers=suggest.choice("features.layers", (1, 2, 4), default=4),
        hidden=suggest.choice("classifier.hidden", (0, 32, 128), default=0),
        penalty=suggest.real("classifier.penalty", 1e-4, 3.0, default=0.05, log=True),
        balanced=is_balanced(suggest),
    )
