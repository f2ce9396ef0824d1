import pytest

from automl.sklearn import text_estimator
from tests.automl.sklearn.searches import Searches


@pytest.fixture(autouse=True)
def searches(monkeypatch):
    found = Searches()
    monkeypatch.setattr(text_estimator, "search", found)
    return found
