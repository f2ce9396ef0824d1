"""Classifiers as folders: how each kind is written, loaded, and measured in use.

Names are imported lazily, because a linear model needs no torch.
"""

from typing import TYPE_CHECKING

from search_spaces.lazy_window import lazy_window

if TYPE_CHECKING:
    from trials.classifiers.ensemble import MEMBERS, save_ensemble
    from trials.classifiers.loaders import load
    from trials.classifiers.measure_serving import measure
    from trials.classifiers.model_checkpoint import ModelCheckpoint, build_tokenizer
    from trials.classifiers.requirements import requirements_of
    from trials.classifiers.subnet import load_subnet

__all__ = [
    "MEMBERS",
    "ModelCheckpoint",
    "build_tokenizer",
    "load",
    "load_subnet",
    "measure",
    "requirements_of",
    "save_ensemble",
]

__getattr__ = lazy_window(__name__)
