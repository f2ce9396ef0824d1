"""What is told about an experiment that is not valid."""

import pytest
from pydantic import ValidationError

from automl.config.field_errors import field_problems
from automl.config.schema import Experiment


def problems(**sections: object) -> list[str]:
    """The sentences about an experiment with these sections, of which at least one is wrong."""
    with pytest.raises(ValidationError) as raised:
        Experiment.model_validate({"data": {"source": "bbc-news"}, **sections})
    return field_problems(raised.value)
