"""One search from start to end: the composition root, which connects all other packages."""

from automl.session.session import SearchResult, resume, search

__all__ = ["SearchResult", "resume", "search"]
