"""Turns one point of a search space into one scored model. Needs torch and transformers, and none of the rooms above.

Importing this package is cheap: torch is first imported by `trials.run` and what it calls.
"""
