import json
from dataclasses import asdict

import pytest

from automl.core.records import Lineage
from automl.storage import attributes
from tests.automl.engine.helpers import COST, evaluated
from trials.data.dataset_traits import DatasetTraits
from trials.protocol import EVALUATION_STEPS, TrialEnd


def stored(value: object) -> object:
    """A value after its way through the database."""
    return json.loads(json.dumps(value))


def test_evaluations_are_read_in_the_order_of_their_steps_without_those_that_were_dropped() -> None:
    of = {step: evaluated(step, step / 100).evaluation for step in EVALUATION_STEPS}
    attrs = {attributes.evaluation_key(step): stored(asdict(of[step])) for step in (81, 1, 54, 9, 27)}
    assert attributes.read_evaluations(attrs) == tuple(of.values())
    attrs[attributes.evaluation_key(54)] = None
    assert [each.step for each in attributes.read_evaluations(attrs)] == [1, 9, 27, 81]


def test_evaluations_of_the_released_version_are_read() -> None:
    """It knew neither folds nor deviations nor usage."""
    old = {"step": 9, "examples": 300, "metrics": {"macro_f1": 0.5}, "train_loss": 0.5, "learning_rate": 0.1}
    (read,) = attributes.read_evaluations({"automl.evaluation.09": old | {"seconds": 1.0, "is_best": True}})
    assert (read.step, read.fold, read.deviations, read.usage) == (9, None, None, None)


def test_what_was_never_noted_is_none() -> None:
    foreign = {"somebody else's": 1}
    assert attributes.read_evaluations(foreign) == ()
    assert attributes.read_cost(foreign) is None
    assert attributes.read_lineage(foreign) is None
    assert attributes.read_end(foreign) is None
    assert attributes.read_end({attributes.END: None}) is None, "it was noted, and taken back"
    assert attributes.read_traits(foreign) is None


def test_cost_lineage_and_end_are_read_back() -> None:
    lineage = Lineage(population=1, follows=4, parent=2, step=27)
    attrs = {
        attributes.COST: stored(asdict(COST)),
        attributes.LINEAGE: stored(asdict(lineage)),
        attributes.END: stored(TrialEnd.OUT_OF_MEMORY),
    }
    assert attributes.read_cost(attrs) == COST
    assert attributes.read_lineage(attrs) == lineage
    assert attributes.read_end(attrs) is TrialEnd.OUT_OF_MEMORY


@pytest.mark.parametrize("change", [{"mood": "good"}, {"rows": None}])
def test_traits_of_another_version_are_none(change: dict[str, object]) -> None:
    traits = asdict(DatasetTraits(2, 900, 17.5, 0.98, {"LATIN": 1.0}, ["0" * 8]))
    assert attributes.read_traits({attributes.TRAITS: traits}) is not None
    other = {name: value for name, value in (traits | change).items() if value is not None}
    assert attributes.read_traits({attributes.TRAITS: other}) is None
