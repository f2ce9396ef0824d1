"""A small classifier on the features of a frozen pretrained encoder."""

from trials.probe.model import KIND, fit_probe, load_probe

__all__ = ["KIND", "fit_probe", "load_probe"]
