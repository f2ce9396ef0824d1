"""Studies in an SQL database, which is the only authoritative record of a search."""

from automl.storage.attributes import LONGEST_CAUSE
from automl.storage.open_store import create_store, open_store
from automl.storage.study import Study
from automl.storage.study_store import NewStudy, StudyStore, sqlite_url

__all__ = ["LONGEST_CAUSE", "NewStudy", "Study", "StudyStore", "create_store", "open_store", "sqlite_url"]
