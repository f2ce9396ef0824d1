import math

import optuna
import pytest
from optuna.trial import FrozenTrial, TrialState, create_trial

from automl.core.pareto import Vector
from automl.hpo.objective_history import (
    VECTORS,
    last_losses,
    losses_by_step,
    losses_so_far,
    note_vector,
    vectors_of,
    violation_of,
)
from automl.storage.study_store import StudyStore, sqlite_url
from tests.automl.engine.helpers import TWO
from tests.automl.goals import goals_for

ONE_SIGN, TWO_SIGNS = (-1.0,), (-1.0, 1.0)


def trial(state: TrialState = TrialState.RUNNING, **more: object) -> FrozenTrial:
    return create_trial(state=state, **more)


def vectors(**steps: list[float]) -> dict[str, object]:
    return {VECTORS: {name.removeprefix("at"): numbers for name, numbers in steps.items()}}


def test_a_vector_is_noted_by_step_and_read_by_another_process(tmp_path):
    goals = goals_for("macro_f1", "latency_ms", constraints=["latency_ms<=20"])
    store = StudyStore(sqlite_url(tmp_path))
    store.create(TWO, {})
    mirror = store.study(TWO.name).mirror()
    running = optuna.load_study(study_name=TWO.name, storage=mirror).ask()
    for step, latency in ((9, 40.0), (27, math.inf), (81, 20.0)):
        frozen = mirror.get_trial(running._trial_id)
        note_vector(mirror, frozen, step, {"macro_f1": 0.5, "latency_ms": latency}, goals)
    (read,) = store.study(TWO.name).trials()
    store.close()
    assert vectors_of(read) == {
        9: Vector(0.5, (-0.5, 40.0)),
        27: Vector(1.0, (-0.5, math.inf)),
        81: Vector(0.0, (-0.5, 20.0)),
    }


def test_a_trial_without_vectors_has_its_values_if_there_is_one_objective():
    values = {1: 0.5, 9: math.nan, 27: 0.7}
    plain = trial(intermediate_values=values)
    assert losses_by_step(plain, ONE_SIGN) == {1: (-0.5,), 27: (-0.7,)}
    assert losses_so_far(plain, ONE_SIGN) == (-0.7,)
    assert losses_by_step(plain, (1.0,))[27] == (0.7,)
    assert losses_by_step(plain, TWO_SIGNS) == {}
    assert losses_so_far(plain, TWO_SIGNS) is None
    assert losses_so_far(trial(), ONE_SIGN) is None
    assert losses_so_far(trial(intermediate_values={1: math.nan}), ONE_SIGN) is None


def test_vectors_go_before_values_and_the_latest_step_counts_though_it_was_noted_earlier():
    noted = trial(intermediate_values={1: 0.5}, system_attrs=vectors(at27=[0.0, -0.7, 3.0], at9=[1.0, -0.9, 2.0]))
    assert losses_so_far(noted, TWO_SIGNS) == (-0.7, 3.0)
    assert losses_by_step(noted, TWO_SIGNS) == {9: (-0.9, 2.0), 27: (-0.7, 3.0)}


@pytest.mark.parametrize(
    ("state", "losses"),
    [(TrialState.COMPLETE, (-0.9,)), (TrialState.PRUNED, (-0.5,)), (TrialState.FAIL, None), (TrialState.RUNNING, None)],
)
def test_only_trials_that_came_to_something_have_losses_at_their_end(state, losses):
    ended = trial(state, value=0.9 if state == TrialState.COMPLETE else None, intermediate_values={9: 0.5})
    assert last_losses(ended, ONE_SIGN) == losses
    assert last_losses(trial(TrialState.PRUNED), ONE_SIGN) is None


def test_only_what_is_violated_counts_against_a_trial():
    study = optuna.create_study()
    running = study.ask()
    assert violation_of(study.trials[0]) == 0.0
    for name, excess in (("kept", -5.0), ("broken", 0.25), ("worse", 0.5), ("just kept", 0.0)):
        running.set_constraint(name, excess)
    study.tell(running, 0.5)
    assert violation_of(study.trials[0]) == 0.75
