"""In-memory cache of one study behind Optuna's storage interface; it writes in batches and reads only changes."""

from automl.storage.cache.cached_storage import CachedStorage
from automl.storage.cache.sorted_entries import SortedEntries

__all__ = ["CachedStorage", "SortedEntries"]
