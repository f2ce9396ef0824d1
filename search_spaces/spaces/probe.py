"""The space `probe`: a small classifier on the features of a frozen pretrained encoder.

The features of all texts are computed once per study, checkpoint and length; after that, a trial takes seconds.

| parameter | range | why |
|---|---|---|
| `architecture.checkpoint` | minilm | override with folders or hub ids; if several are given, they compete |
| `text.longest` | 256 | tokens read of a text; features are computed for each length |
| `text.reading` | head | also `windows`, the mean over up to 4 parts, for long texts; `apart` for two columns |
| `features.pooling` | mean, first | `first` is informative only if the encoder was trained for it |
| `features.layers` | 1, 2, 4 | number of highest layers to concatenate; 4 are better than 1 on most data |
| `classifier.hidden` | 0, 32, 128 | units between features and classes; 0 is a logistic regression |
| `classifier.penalty` | 1e-4 .. 3 (log) | on squared weights; smaller values fit the training texts more closely |
| `training.balance` | none, weights | searched if class sizes differ; `none` if they are similar |
"""

from search_spaces.blocks import checkpoint_of, frozen_text_of, is_balanced
from search_spaces.point import POOLINGS, Probe
from search_spaces.suggest import Suggest


def probe(suggest: Suggest) -> Probe:
    """A small classifier on the features of a frozen pretrained encoder, which are computed once.

    Args:
        suggest: gives a value for each parameter.
    """
    return Probe(
        text=frozen_text_of(suggest, checkpoint_of(suggest)),
        pooling=suggest.choice("features.pooling", POOLINGS, default="mean"),
        layers=suggest.choice("features.layers", (1, 2, 4), default=4),
        hidden=suggest.choice("classifier.hidden", (0, 32, 128), default=0),
        penalty=suggest.real("classifier.penalty", 1e-4, 3.0, default=0.05, log=True),
        balanced=is_balanced(suggest),
    )
