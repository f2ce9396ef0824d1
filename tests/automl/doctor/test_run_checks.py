"""Each thing that can disagree is told, is not touched without --fix, and is mended with it."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import psutil
import pytest
from mlflow import MlflowClient
from optuna.trial import TrialState

from automl.core.environment import DRIVER_VARIABLE
from automl.core.errors import UsageError
from automl.core.workspace import ENSEMBLE_PREFIX, REFIT_PREFIX, SOUP_PREFIX, Workspace
from automl.doctor.registry import CHECKS
from automl.doctor.run_checks import examine, repair
from automl.export.export_model import CARD_FILE, FACTS_FILE
from automl.storage.open_store import open_store
from tests.automl.small_study import STUDY, contents, ended_process, make_model, open_study
from trials.classifiers import MEMBERS
from trials.files import FACTS
from trials.protocol import TrialEnd


def quiet(_: str) -> None:
    """Nobody listens."""


def die_while_a_trial_runs(place: Workspace) -> str:
    """What a killed driver leaves, and the driver's id."""
    store = open_store(place)
    driver = store.study(STUDY).join(place.folder, process=ended_process())
    with driver.study_lock():
        trial = open_study(store).ask()
        driver.claim(trial.number)
    store.close()
    return driver.id


def running(place: Workspace) -> None:
    die_while_a_trial_runs(place)


def ended_by_another_program(place: Workspace) -> None:
    store = open_store(place)
    trial = open_study(store).ask()
    open_study(store).tell(trial.number, state=TrialState.FAIL)
    store.close()


def a_noted_end_that_another_state_has(place: Workspace) -> None:
    store = open_store(place)
    store.study(STUDY).note_end(1, TrialEnd.ERROR, "a kill came between")
    store.close()


def execute(place: Workspace, *statements: str) -> None:
    with closing(sqlite3.connect(place.folder / "studies.db")) as database, database:
        for statement in statements:
            database.execute(statement)


def a_stump(place: Workspace) -> None:
    execute(
        place,
        "INSERT INTO automl_creations (study_name) VALUES ('stump')",
        "INSERT INTO studies (study_name) VALUES ('stump')",
    )


def a_run_left_open(place: Workspace) -> None:
    client = MlflowClient(place.tracking_uri)
    client.update_run(a_run(client), status="RUNNING")


def no_run(place: Workspace) -> None:
    client = MlflowClient(place.tracking_uri)
    client.delete_run(a_run(client))


def a_run(client: MlflowClient) -> str:
    experiment = client.get_experiment_by_name(STUDY)
    return client.search_runs([experiment.experiment_id])[0].info.run_id


def a_model_of_no_trial(place: Workspace) -> None:
    make_model(place.study(STUDY).model(77))


def a_state_of_a_trial_that_ended(place: Workspace) -> None:
    make_model(place.study(STUDY).training_state(1))


def a_state_that_nobody_goes_on_from(place: Workspace) -> None:
    make_model(place.study(STUDY).parent_states / "00001-27")


def a_killed_save(place: Workspace) -> None:
    folder = place.study(STUDY).model(1)
    make_model(folder.with_name(f".{folder.name}.new"))


def a_killed_hand_over(place: Workspace) -> None:
    make_model(place.study(STUDY).best.with_name(".best.old"), CARD_FILE, FACTS_FILE)


def a_killed_ensemble(place: Workspace) -> None:
    make_model(place.study(STUDY).folder / f"{ENSEMBLE_PREFIX}x1y2" / "model")


def a_killed_refit(place: Workspace) -> None:
    (place.study(STUDY).folder / f"{REFIT_PREFIX}x1y2").mkdir(parents=True)


def a_killed_soup(place: Workspace) -> None:
    make_model(place.study(STUDY).folder / f"{SOUP_PREFIX}x1y2" / "tried")


def a_schema_of_before(place: Workspace) -> None:
    tables = ("studies", "drivers", "claims", "creations", "alembic_version")
    execute(place, *(f"DROP TABLE automl_{table}" for table in tables))


TROUBLES: dict[Callable[[Workspace], None], str] = {
    running: "no driver works on it: trial 2",
    ended_by_another_program: "trial 2 is FAIL in the database, but has no end noted",
    a_noted_end_that_another_state_has: "trial 1 is COMPLETE in the database, but has error noted",
    a_stump: "'stump' is incomplete: its creation was interrupted",
    a_run_left_open: "still open",
    no_run: "is missing",
    a_model_of_no_trial: "no trial needs the model",
    a_state_of_a_trial_that_ended: "no trial needs the training state",
    a_state_that_nobody_goes_on_from: "no trial will resume from the training state",
    a_killed_save: "an interrupted save left",
    a_killed_hand_over: "an interrupted hand-over left",
    a_killed_ensemble: "left the unfinished model in",
    a_killed_refit: "left the unfinished model in",
    a_killed_soup: "left the unfinished model in",
    a_schema_of_before: "has none of our tables",
}


def test_all_is_well_after_all_went_well(place: Workspace) -> None:
    before = contents(place.folder)
    assert examine(place, None, quiet) == []
    assert contents(place.folder) == before
    assert list(Path.cwd().iterdir()) == [place.folder]


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_trouble_is_told_and_left_and_then_mended(place: Workspace, trouble: Callable[[Workspace], None]) -> None:
    trouble(place)
    before, said = contents(place.folder), list[str]()
    found = [finding.sentence for finding in examine(place, None, said.append)]
    assert any(TROUBLES[trouble] in sentence for sentence in found), found
    assert [line.removeprefix("- ") for line in said] == found
    assert contents(place.folder) == before
    assert repair(place, None, said.append) == [], said
    assert any(line.startswith("- repaired:") and TROUBLES[trouble] in line for line in said), said
    assert examine(place, None, quiet) == []


def test_a_trial_of_a_dead_driver_waits_again_with_what_it_had(place: Workspace) -> None:
    running(place)
    repair(place, STUDY, quiet)
    store = open_store(place)
    trial = store.study(STUDY).record().trials[2]
    store.close()
    assert (trial.state, trial.end, trial.params) == ("WAITING", TrialEnd.PREEMPTED, {"depth": 3})


def test_what_a_live_driver_owns_is_left_alone(place: Workspace) -> None:
    store = open_store(place)
    with store.study(STUDY).join(place.folder) as driver:
        with driver.study_lock():
            trial = open_study(store).ask()
            driver.claim(trial.number)
        make_model(place.study(STUDY).training_state(trial.number))
        a_killed_save(place)
        said = list[str]()
        assert repair(place, None, said.append) == []
        assert said == [f"Study {STUDY!r} is being searched, so it is not checked."]
        assert store.study(STUDY).record().trials[trial.number].state == "RUNNING"
    store.close()
    assert place.study(STUDY).training_state(trial.number).is_dir()
    assert place.study(STUDY).model(1).with_name(".00001.new").is_dir()


def test_a_half_written_best_folder_is_told_with_what_to_do(place: Workspace) -> None:
    make_model(place.study(STUDY).best, CARD_FILE)
    (finding,) = examine(place, None, quiet)
    assert FACTS_FILE in finding.sentence and "automl resume s" in finding.sentence
    assert [left.sentence for left in repair(place, None, quiet)] == [finding.sentence]


def test_an_ensemble_lacks_what_a_member_lacks(place: Workspace) -> None:
    best = place.study(STUDY).best
    for name in ("trial-1", "trial-2"):
        make_model(best / MEMBERS / name)
    for file in (FACTS, CARD_FILE, FACTS_FILE):
        (best / file).write_text("{}")
    assert examine(place, None, quiet) == []
    (best / MEMBERS / "trial-2" / "config.json").unlink()
    (finding,) = examine(place, None, quiet)
    assert "lacks members/trial-2/config.json" in finding.sentence


def test_a_killed_hand_over_gives_the_older_model_back(place: Workspace) -> None:
    a_killed_hand_over(place)
    repair(place, None, quiet)
    assert (place.study(STUDY).best / "config.json").is_file()


def test_processes_of_a_dead_driver_are_ended_and_no_others(place: Workspace) -> None:
    def start(driver: str) -> psutil.Popen:
        environment = {**os.environ, DRIVER_VARIABLE: driver}
        return psutil.Popen([sys.executable, "-c", "input()"], env=environment, stdin=subprocess.PIPE)

    left, other = start(die_while_a_trial_runs(place)), start("0" * 32)
    try:
        assert f"a dead driver still run: {left.pid}" in examine(place, None, quiet)[0].sentence
        assert repair(place, None, quiet) == []
        assert left.wait(10) != 0 and other.is_running()
    finally:
        for process in (left, other):
            with suppress(psutil.NoSuchProcess):
                process.kill()
            process.wait()


def test_a_newer_schema_is_told_and_not_touched(place: Workspace) -> None:
    execute(place, "UPDATE automl_alembic_version SET version_num = '9999'")
    before = contents(place.folder)
    (finding,) = examine(place, None, quiet)
    assert "newer" in finding.sentence and finding.repair is None
    assert contents(place.folder) == before


def test_mlflow_that_does_not_answer_is_a_finding(place: Workspace) -> None:
    away = Workspace(place.folder, tracking="http://127.0.0.1:9")
    (finding,) = examine(away, None, quiet)
    assert "must answer" in finding.sentence


def test_a_workspace_or_study_that_is_not_there_is_refused(place: Workspace) -> None:
    with pytest.raises(UsageError, match="no study 'x'"):
        examine(place, "x", quiet)
    shutil.rmtree(place.folder)
    for look in (examine, repair):
        with pytest.raises(UsageError, match="there must be a database of studies"):
            look(place, None, quiet)
    assert not place.folder.exists()


def test_every_check_has_a_trouble_here() -> None:
    assert set(CHECKS) == {"processes", "incomplete", "owners", "states", "mlflow", "folders", "best"}
