"""Averages the weights of finetunings of one checkpoint, where that is better than the best single model."""

from automl.session.soup.build import BuiltSoup, souped

__all__ = ["BuiltSoup", "souped"]
