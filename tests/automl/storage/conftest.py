"""What the tests of storage share."""

from collections.abc import Iterator

import pytest

from automl.storage.study_store import StudyStore
from tests.automl.storage.studies import made


@pytest.fixture
def store(storage_url: str) -> Iterator[StudyStore]:
    """A store with one study in it, on SQLite and on PostgreSQL."""
    store = made(storage_url)
    yield store
    store.close()
