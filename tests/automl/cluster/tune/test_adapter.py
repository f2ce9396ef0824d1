"""What the adapters share."""

import pickle

from automl.cluster.tune.adapter import Stateless, TrialFailure


class Adapter(Stateless):
    def __init__(self):
        self.manager = lambda: "of a kind that cannot be pickled"


def test_the_first_exception_is_kept_and_all_are_suppressed():
    failure = TrialFailure()
    with failure.caught():
        pass
    assert failure.error is None
    for name in ("first", "second"):
        with failure.caught():
            raise ValueError(name)
    assert str(failure.error) == "first"


def test_nothing_of_an_adapter_is_pickled():
    assert vars(pickle.loads(pickle.dumps(Adapter()))) == {}
