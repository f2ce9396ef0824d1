"""The parameter that every space of pretrained encoders has: which checkpoint."""

from search_spaces.suggest import Suggest

CHECKPOINT = "architecture.checkpoint"
"""The parameter that names the checkpoint."""

OWN_CHECKPOINT = "minilm"
"""The checkpoint where none is named: small, and to be had as a package."""


def checkpoint_of(suggest: Suggest) -> str:
    """The checkpoint of a point: a name of ours, a folder, or an id on the Hugging Face hub."""
    return suggest.choice(CHECKPOINT, (OWN_CHECKPOINT,), default=OWN_CHECKPOINT, free=True)
