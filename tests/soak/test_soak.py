"""200 kills at random points over three studies. `AUTOML_SOAK_KILLS` and `AUTOML_SOAK_SEED` say how many, and when."""

import os

import pytest

from tests.soak.setups import SETUPS
from tests.soak.soak import soak
from tests.soak.table import markdown, write

KILLS = int(os.environ.get("AUTOML_SOAK_KILLS", "200"))
SEED = int(os.environ.get("AUTOML_SOAK_SEED", "0"))


@pytest.mark.slow
@pytest.mark.timeout(600 + 60 * KILLS)
def test_nothing_is_lost_or_counted_twice_whatever_is_killed(tmp_path):
    results = list(soak(KILLS, SEED, list(SETUPS.values()), tmp_path / "soak", print))
    write(results, tmp_path)
    print(f"\n{markdown(results)}")
    assert not [problem for result in results for problem in result.problems], markdown(results)
    assert sum(len(result.strikes) for result in results) == KILLS
