"""Several objectives as one."""

import numpy as np

from automl.hpo.samplers.scalarization import scalarized

LOSSES = {3: (-0.9, 50.0), 5: (-0.8, 10.0), 7: (-0.5, 5.0), 8: (-0.5, 50.0), 9: (float("inf"), 1.0)}


def test_what_is_dominated_never_comes_first_and_all_of_the_front_does_at_times():
    generator = np.random.default_rng(0)
    firsts = set()
    for _ in range(200):
        found = scalarized(LOSSES, generator)
        assert found.keys() == {3, 5, 7, 8}, "what is not finite came to nothing"
        firsts.add(min(found, key=found.__getitem__))
    assert firsts == {3, 5, 7}


def test_without_any_trial_or_with_one_there_is_nothing_to_weigh():
    assert scalarized({}, np.random.default_rng(0)) == {}
    assert scalarized({4: (-0.9, 5.0)}, np.random.default_rng(0)) == {4: 1.0}
