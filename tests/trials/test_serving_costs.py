"""Names of serving costs."""

import pytest

from trials.metrics import METRICS
from trials.serving_costs import BYTES, LATENCY, RUNTIMES, SERVING_COSTS, costs_among


@pytest.mark.parametrize(
    ("names", "costs"),
    [
        ((), ()),
        (("macro_f1", "bytes"), (BYTES,)),
        (iter(["bytes", "latency_ms", "bytes"]), (LATENCY, BYTES)),
        (reversed(SERVING_COSTS), tuple(SERVING_COSTS)),
    ],
)
def test_costs_come_once_and_always_in_the_same_order(names, costs):
    assert costs_among(names) == costs


def test_no_cost_has_the_name_of_a_metric():
    assert SERVING_COSTS.keys().isdisjoint(METRICS)


def test_each_runtime_measures_costs_of_its_own_names():
    renamed = [(name, own) for names in RUNTIMES.values() for name, own in names.items()]
    assert renamed and all(name != own and {name, own} <= SERVING_COSTS.keys() for name, own in renamed)
