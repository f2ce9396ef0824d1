"""Classifiers as folders: how each kind is written, loaded, and measured in use."""

from trials.classifiers.ensemble import MEMBERS, save_ensemble
from trials.classifiers.load import load
from trials.classifiers.measure_serving import measure
from trials.classifiers.model_checkpoint import ModelCheckpoint, build_tokenizer
from trials.classifiers.subnet import load_subnet

__all__ = ["MEMBERS", "ModelCheckpoint", "build_tokenizer", "load", "load_subnet", "measure", "save_ensemble"]
