"""The files of a study's trials, from the start of a search to its end."""

from types import SimpleNamespace

import pytest

from automl.checkpoints.remote_store import place_of
from automl.checkpoints.retention import CheckpointRetention
from automl.console.console import Console
from automl.core.errors import SearchFailed
from automl.core.workspace import Workspace
from automl.session.handover import best_trial
from automl.session.study_checkpoints import study_checkpoints
from search_spaces import SPACES, Space
from tests.automl.engine.helpers import NEW, Bench, evaluated
from tests.automl.goals import MACRO_F1
from trials.protocol import TrialEnd


@pytest.fixture
def bench(tmp_path):
    (tmp_path / "db").mkdir()
    made = Bench(tmp_path / "db")
    made.create()
    yield made
    made.store.close()


def plan(folder, shared):
    experiment = SimpleNamespace(storage_path=shared, search=SimpleNamespace(keep_checkpoints=5))
    space = Space("encoder", SPACES["encoder"])
    return SimpleNamespace(
        experiment=experiment, workspace=Workspace(folder), space=space, goals=MACRO_F1, default_params=[]
    )


def saved(folders: CheckpointRetention, number: int, step: int, score: float) -> None:
    """What a worker leaves, and the driver does with it."""
    for folder in (folders.model(number), folders.state(number)):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "config.json").write_text(str(number))
    evaluation = evaluated(step, score).evaluation
    folders.note(number, evaluation)
    folders.copy(number, evaluation)


@pytest.mark.parametrize(("error", "copied"), [(None, True), (SearchFailed, True), (KeyboardInterrupt, False)])
def test_all_is_copied_unless_the_search_is_cut_short(tmp_path, bench, monkeypatch, error, copied):
    monkeypatch.setattr("automl.checkpoints.replication.SECONDS_TO_END", 0.0)
    shared, count = str(tmp_path / "shared"), 20 if copied else 200  # more than can be copied in no time

    def work():
        with study_checkpoints(plan(tmp_path / "one", shared), bench.store.study(NEW.name), "me", print) as folders:
            for number in range(count):
                saved(folders, number, 9, 0.5)
            if error is not None:
                raise error

    if error is None:
        work()
    else:
        with pytest.raises(error):
            work()
    listed = place_of(shared, bench.store.study(NEW.name).record()).listed()
    assert (len(listed) == 2 * count) == copied
    if copied:
        assert not (tmp_path / "one" / NEW.name / "outbox" / "me").exists()


def test_outboxes_of_the_dead_are_cleared_and_those_of_the_living_are_not(tmp_path, bench):
    outboxes = Workspace(tmp_path).study(NEW.name).outboxes
    with bench.store.study(NEW.name).join(tmp_path) as living:
        for name in (living.id, "dead"):
            (outboxes / name).mkdir(parents=True)
        with study_checkpoints(plan(tmp_path, str(tmp_path / "shared")), bench.store.study(NEW.name), "me", print):
            assert [path.name for path in outboxes.iterdir()] == [living.id]


def test_without_a_storage_path_nothing_is_copied(tmp_path, bench):
    with study_checkpoints(plan(tmp_path, None), bench.store.study(NEW.name), "me", print) as folders:
        saved(folders, 1, 9, 0.5)
    assert folders.copies.existing == frozenset()
    assert not Workspace(tmp_path).study(NEW.name).outboxes.exists()


def test_the_winner_is_brought_from_another_driver_but_not_what_the_study_has_given_up(tmp_path, bench, capsys):
    """Trial 1 diverged and its copy is still there; trial 2 is better than trial 0, and only a copy of it is left."""
    ledger = bench.ledger(keep=5, pruner="none")
    shared = str(tmp_path / "shared")
    for number, (score, end) in enumerate([(0.5, None), (0.9, TrialEnd.DIVERGED), (0.7, None), (0.6, None)]):
        ledger.begin()
        bench.save_model(number)
        ledger.record(number, evaluated(9, score))
        ledger.record(number, evaluated(81, score, end or TrialEnd.COMPLETED))
    study = bench.store.study(NEW.name).record()
    with study_checkpoints(plan(tmp_path / "other", shared), bench.store.study(NEW.name), "other", print) as theirs:
        for number, score in enumerate((0.5, 0.9, 0.7)):
            saved(theirs, number, 81, score)
    with study_checkpoints(plan(tmp_path / "mine", shared), bench.store.study(NEW.name), "mine", print) as folders:
        saved(folders, 3, 81, 0.6)
        best = best_trial(study, folders, Workspace(tmp_path / "mine"), Console())
    assert best.number == 2
    assert folders.has_best(2, study.trials[2].best)
    assert "workspace of another driver" not in capsys.readouterr().out
