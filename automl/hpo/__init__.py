"""Hyperparameter optimization: what to try next, and which trial to stop."""
