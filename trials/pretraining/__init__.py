"""The self-supervised stage: an encoder learns to predict masked tokens before it learns classes."""

from typing import TYPE_CHECKING

from search_spaces.lazy_window import lazy_window

if TYPE_CHECKING:
    from trials.pretraining.corpus import LONGEST
    from trials.pretraining.stage import pretrained_weights

__all__ = ["LONGEST", "pretrained_weights"]

__getattr__ = lazy_window(__name__)
