import inspect
from unittest.mock import create_autospec

import pytest
from optuna.storages import BaseStorage

from automl.storage.database.forwarding_storage import ForwardingStorage

QUESTIONS = sorted(BaseStorage.__abstractmethods__)
"""All that Optuna requires of a storage; the rest it derives from these."""


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_is_passed_on_as_it_was_asked(name):
    storage = create_autospec(BaseStorage, instance=True)
    theirs = getattr(storage, name)
    parameters = [each for each in inspect.signature(getattr(BaseStorage, name)).parameters if each != "self"]
    arguments = {parameter: object() for parameter in parameters}
    passing = getattr(ForwardingStorage(storage), name)
    assert passing(**arguments) is theirs.return_value
    assert passing(*arguments.values()) is theirs.return_value
    theirs.assert_called_with(*arguments.values())
    assert len(storage.mock_calls) == 2


def test_what_a_subclass_answers_itself_is_not_passed_on():
    class Silent(ForwardingStorage):
        def get_study_name_from_id(self, study_id: int) -> str:
            return "ours"

    storage = create_autospec(BaseStorage, instance=True)
    assert Silent(storage).get_study_name_from_id(3) == "ours"
    assert storage.mock_calls == []


def test_an_error_of_the_storage_is_the_callers():
    storage = create_autospec(BaseStorage, instance=True)
    storage.get_trial.side_effect = KeyError("no such trial")
    with pytest.raises(KeyError, match="no such trial"):
        ForwardingStorage(storage).get_trial(5)
