"""A small classifier on the features of a frozen pretrained encoder."""

from trials.probe.features import encoder_features
from trials.probe.fitter import ProbeFitter
from trials.probe.kept_features import KeptFeatures
from trials.probe.model import KIND, ProbeClassifier, load_probe
from trials.probe.module import probe_module

__all__ = ["KIND", "KeptFeatures", "ProbeClassifier", "ProbeFitter", "encoder_features", "load_probe", "probe_module"]
