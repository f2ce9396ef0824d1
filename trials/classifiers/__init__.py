"""Classifiers as folders: how each kind is written, loaded, and measured in use."""
