"""A study in memory: Optuna's storage as a cache, which writes in batches and reads what has changed."""

from automl.storage.cache.cached_storage import CachedStorage
from automl.storage.cache.sorted_entries import SortedEntries

__all__ = ["CachedStorage", "SortedEntries"]
