"""A small classifier on the features of a frozen pretrained encoder."""

from trials.probe.fitter import ProbeFitter
from trials.probe.model import KIND, ProbeClassifier, load_probe
from trials.probe.module import probe_module
from trials.probe.stages import Stage

__all__ = ["KIND", "ProbeClassifier", "ProbeFitter", "Stage", "load_probe", "probe_module"]
