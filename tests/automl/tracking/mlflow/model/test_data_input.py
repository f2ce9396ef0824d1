import json

import pytest

from automl.tracking.mlflow.model.data_input import LONGEST_DIGEST, data_input

SETTINGS = {"data.source": "/data/reviews.csv", "data.fingerprint": "f" * 64, "data.train_rows": "70"}


def test_a_data_set_has_its_name_its_fingerprint_and_its_size() -> None:
    found = data_input(SETTINGS)
    assert found is not None
    assert (found.dataset.name, found.dataset.digest) == ("reviews.csv", "f" * LONGEST_DIGEST)
    assert json.loads(found.dataset.source) == {"uri": "/data/reviews.csv"}
    assert json.loads(found.dataset.profile) == {"train_rows": 70}


@pytest.mark.parametrize("absent", ["data.source", "data.fingerprint"])
def test_a_search_that_does_not_say_its_data_has_none(absent: str) -> None:
    assert data_input({name: value for name, value in SETTINGS.items() if name != absent}) is None
