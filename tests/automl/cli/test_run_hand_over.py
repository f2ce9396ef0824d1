import pytest

from automl.cli import run_hand_over
from automl.core.errors import UsageError
from tests.automl.small_study import STUDY


def test_a_study_that_has_handed_over_nothing_has_nothing_to_register(place):
    with pytest.raises(UsageError, match="must have handed over a model"):
        run_hand_over.register_model(STUDY, "news", "champion", place.folder, None, None)
