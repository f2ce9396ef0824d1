"""The space `large_probe`: a small classifier on the features of a frozen encoder that is large.

It is `probe` with another checkpoint, whose features are better and take about ten times as long. In `auto` it is an
algorithm of its own, so that the search weighs both by what they promise for their time.

| parameter | range | why |
|---|---|---|
| `features.checkpoint` | mpnet | override with folders or hub ids |
| `text.longest` | 256 | tokens read of a text; features are computed for each length |
| `text.reading` | head | also `windows`, the mean over up to 4 parts, for long texts; `apart` for two columns |
| `features.layers` | 1, 2, 4 | number of highest layers to concatenate; 4 are better than 1 on most data |
| `classifier.hidden` | 0, 32, 128 | units between features and classes; 0 is a logistic regression |
| `classifier.penalty` | 1e-4 .. 3 (log) | on squared weights; smaller values fit the training texts more closely |
| `training.balance` | none, weights | searched if class sizes differ; `none` if they are similar |
"""

from search_spaces.blocks import frozen_text_of, is_balanced
from search_spaces.point import Probe
from search_spaces.suggest import Suggest

LARGE_CHECKPOINT = "mpnet"
"""Default checkpoint of this space."""


def large_probe(suggest: Suggest) -> Probe:
    """A small classifier on the features of a frozen encoder that is large, which are computed once.

    Args:
        suggest: gives a value for each parameter.
    """
    checkpoint = suggest.choice("features.checkpoint", (LARGE_CHECKPOINT,), default=LARGE_CHECKPOINT, free=True)
    return Probe(
        text=frozen_text_of(suggest, checkpoint),
        pooling="mean",
        layers=suggest.choice("features.layers", (1, 2, 4), default=4),
        hidden=suggest.choice("classifier.hidden", (0, 32, 128), default=0),
        penalty=suggest.real("classifier.penalty", 1e-4, 3.0, default=0.05, log=True),
        balanced=is_balanced(suggest),
    )
