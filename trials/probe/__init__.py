"""A small classifier on the features of a frozen pretrained encoder. Names are imported lazily, as most need torch."""

from typing import TYPE_CHECKING

from search_spaces.lazy_window import lazy_window

if TYPE_CHECKING:
    from trials.probe.features import encoder_features
    from trials.probe.fitter import ProbeFitter
    from trials.probe.kept_features import KeptFeatures, parts_of, sharing_features
    from trials.probe.model import KIND, ProbeClassifier, load_probe
    from trials.probe.module import probe_module

__all__ = [
    "KIND",
    "KeptFeatures",
    "ProbeClassifier",
    "ProbeFitter",
    "encoder_features",
    "load_probe",
    "parts_of",
    "probe_module",
    "sharing_features",
]

__getattr__ = lazy_window(__name__)
