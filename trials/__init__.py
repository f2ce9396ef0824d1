"""Trains and scores one model for one point of a search space.

It needs torch and transformers, and imports nothing of `automl`.

Importing this package is cheap: torch is first imported by `trials.run` and what it calls.
"""
