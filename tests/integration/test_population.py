"""Population-based training through Ray, killed and resumed, as a user runs it."""

import json
import math

import pytest

from tests.integration.command import automl
from tests.integration.running import record
from trials.protocol import TrialEnd

MEMBERS = 4
POPULATION = ("--pruner", "pbt", "--set", f"search.population={MEMBERS}", "--metric", "log_loss")


@pytest.mark.slow
def test_a_killed_search_goes_on_with_its_population(tmp_path, running):
    searching = running(*POPULATION, "--trials", 12, "--epochs", 6)
    searching.wait_for(" from trial ", seconds=240)
    searching.kill()
    resumed = automl("resume", "s", "--json", cwd=tmp_path, timeout=400)
    assert resumed.returncode == 0, resumed.stderr

    trials = record(tmp_path).trials
    assert len(trials) == 12
    assert {trial.end for trial in trials} <= {TrialEnd.COMPLETED, TrialEnd.PRUNED}
    heirs = [trial for trial in trials if trial.lineage.follows is not None]
    assert heirs
    for heir in heirs:
        assert heir.inherited == heir.lineage.step == trials[heir.lineage.follows].evaluations[-1].step
    facts = json.loads(resumed.stdout)
    winner = trials[facts["trial"]]
    assert [each["trial"] for each in facts["schedule"]][-1:] == ([winner.number] if winner.inherited else [])

    shown = automl("show", "s", cwd=tmp_path).stdout
    assert f"{heirs[0].lineage.parent} at " in shown
    assert automl("doctor", "s", cwd=tmp_path).returncode == 0
    begun_from_nothing = len(trials) - len(heirs)
    populations = range(math.ceil(begun_from_nothing / MEMBERS))
    assert {trial.lineage.population for trial in trials} == set(populations), "each one is filled before the next"
    assert len(populations) > 1, "the first one is over before the limit"
    assert not any(
        trials[int(path.name[:5])].lineage.population == 0 for path in (tmp_path / "runs/s/donors").iterdir()
    )
