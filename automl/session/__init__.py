"""One search from start to end: the composition root, where everything is put together."""

from automl.session.session import SearchResult, resume, search

__all__ = ["SearchResult", "resume", "search"]
