"""A small classifier on the features of a frozen pretrained encoder."""

from trials.probe.model import KIND, ProbeClassifier, fit_probe, load_probe
from trials.probe.module import probe_module

__all__ = ["KIND", "ProbeClassifier", "fit_probe", "load_probe", "probe_module"]
