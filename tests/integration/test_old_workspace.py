"""Workspaces that earlier versions have made: their studies open, go on and predict, and lose nothing.

`tests/fixtures/make_old_workspace.py` says what is in them. The tests use the command line and what it leaves, so that
they do not depend on where things are in the code.
"""

import csv
import json
import re
from dataclasses import dataclass
from pathlib import Path

import optuna
import pytest
from mlflow import MlflowClient
from mlflow.entities import Run
from optuna.trial import FrozenTrial, TrialState

from tests.fixtures.workspace import FIXTURES, hub_settings, unpack
from tests.integration.command import automl

ARCHIVES = sorted(FIXTURES.glob("workspace-*.tar.xz"))
STUDIES = {"finished": 6, "interrupted": 2, "killed": 2}
"""How many trials each study has."""

LEFT = 1
"""The trial that had not ended in the studies that were interrupted."""


@dataclass(frozen=True)
class Resumed:
    """A study that was resumed, with what was known of it before."""

    folder: Path
    study: str
    facts: dict[str, object]
    trials: list[FrozenTrial]
    runs: dict[int, Run]

    @property
    def trials_now(self) -> list[FrozenTrial]:
        return trials_of(self.folder, self.study)

    @property
    def runs_now(self) -> dict[int, Run]:
        return runs_of(self.folder, self.study)


@pytest.fixture(scope="module", params=ARCHIVES, ids=lambda archive: archive.name.partition(".")[0])
def archive(request) -> Path:
    return request.param


@pytest.fixture(scope="module")
def old(archive, tmp_path_factory) -> Path:
    """A copy that stays as it is: the commands that tests give here only read."""
    return unpack(archive, tmp_path_factory.mktemp("old"))


@pytest.fixture(scope="module", params=["interrupted", pytest.param("killed", marks=pytest.mark.slow)])
def resumed(request, archive, tmp_path_factory) -> Resumed:
    """A copy with a study that has gone on to its end, and has had one more trial."""
    folder, study = unpack(archive, tmp_path_factory.mktemp("resumed")), request.param
    trials, runs = trials_of(folder, study), runs_of(folder, study)
    return Resumed(folder, study, resume(folder, study), trials, runs)


def run(folder: Path, *arguments: object):
    return automl(*arguments, cwd=folder, **hub_settings(folder))


def resume(folder: Path, study: str) -> dict[str, object]:
    """One trial more than the study has. What the command says of it at the end."""
    done = run(folder, "resume", study, "--trials", "+1", "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def trials_of(folder: Path, study: str) -> list[FrozenTrial]:
    return optuna.load_study(study_name=study, storage=f"sqlite:///{folder / 'runs' / 'studies.db'}").trials


def mlflow_of(folder: Path) -> MlflowClient:
    return MlflowClient(tracking_uri=f"sqlite:///{folder / 'runs' / 'mlflow.db'}")


def runs_of(folder: Path, study: str) -> dict[int, Run]:
    """The runs of a study's trials by their numbers, of which each has one."""
    client = mlflow_of(folder)
    runs = client.search_runs([client.get_experiment_by_name(study).experiment_id])
    trials = [run for run in runs if "automl.trial" in run.data.tags]
    found = {int(run.data.tags["automl.trial"]): run for run in trials}
    assert len(found) == len(trials)
    return found


def evaluations(trial: FrozenTrial) -> list[dict[str, object]]:
    keys = sorted(key for key in trial.user_attrs if key.startswith("automl.evaluation."))
    return [trial.user_attrs[key] for key in keys if trial.user_attrs[key] is not None]


def expected(folder: Path) -> dict[str, list[str]]:
    """The labels that the version that made them gave to new texts, by the folder of the model."""
    return json.loads((folder / "expected.json").read_text(encoding="utf-8"))


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


def test_there_is_a_workspace_to_test():
    assert ARCHIVES


def test_all_studies_are_listed(old):
    listed = run(old, "studies")
    assert listed.returncode == 0, listed.stderr
    found = {line.split()[0]: line for line in listed.stdout.splitlines() if line.strip()}
    for study, trials in STUDIES.items():
        assert re.search(rf" macro_f1 +1\.000 +{trials} ", found[study]), listed.stdout


@pytest.mark.parametrize("study", ["finished", "interrupted"])
def test_a_study_is_shown_trial_by_trial(old, study):
    shown = run(old, "show", study)
    assert shown.returncode == 0, shown.stderr
    found = re.findall(r"^[ *]*(\d+) +(.*)$", shown.stdout.partition("parameter ")[0], re.MULTILINE)
    lines = {int(number): line for number, line in found}
    trials = trials_of(old, study)
    assert lines.keys() == {trial.number for trial in trials} == set(range(STUDIES[study]))
    for trial in trials:
        assert lines[trial.number].startswith(trial.user_attrs["automl.end"])
        assert f"{evaluations(trial)[-1]['metrics']['macro_f1']:.3f}" in lines[trial.number]


def test_doctor_finds_nothing_amiss(old):
    """The version that made them found nothing, either."""
    done = run(old, "doctor")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "model", ["runs/finished/best", pytest.param(f"runs/interrupted/trials/{LEFT:05d}", marks=pytest.mark.slow)]
)
def test_predict_gives_the_labels_that_it_gave(old, model):
    done = run(old, "predict", model, "--input", "new.csv", "--text", "review")
    assert done.returncode == 0, done.stderr
    assert [row["label"] for row in rows(done.stdout)] == expected(old)[model]


def test_every_model_loads_as_its_card_says_and_gives_the_labels_that_it_gave(old):
    from automl.export.loading import load_classifier

    texts = [row["review"] for row in rows((old / "new.csv").read_text(encoding="utf-8"))]
    found = {}
    for model in expected(old):
        classifier = load_classifier(old / model)
        found[model] = [classifier.label_names[index] for index in classifier.logits(texts).argmax(axis=1)]
    assert found == expected(old)
    assert {Path(model).parts[1] for model in found} == set(STUDIES)


def test_an_interrupted_trial_goes_on_from_its_training_state(resumed):
    """A trial that begins again says nothing of the evaluations that the study has, and gets to the same numbers.

    But then its next evaluation comes sooner after its start than the last one did, in which a long pause was.
    """
    before, after = (evaluations(trials[LEFT]) for trials in (resumed.trials, resumed.trials_now))
    assert 0 < before[-1]["step"] < 81
    assert after[: len(before)] == before
    assert [evaluation["step"] for evaluation in after] == [1, *range(9, 82, 9)]
    seconds = [evaluation["seconds"] for evaluation in after]
    assert seconds == sorted(seconds)


def test_the_study_has_its_trials_once_and_one_more(resumed):
    before, after = resumed.trials, resumed.trials_now
    assert [trial.number for trial in after] == list(range(len(before) + 1))
    assert [trial.state for trial in after] == [TrialState.COMPLETE] * len(after)
    assert resumed.facts["trials"] == len(after)
    assert before[:LEFT] == after[:LEFT], "what had ended is as it was"
    assert before[LEFT].params == after[LEFT].params
    assert after[LEFT].user_attrs["automl.cost"]["examples"] == evaluations(after[LEFT])[-1]["examples"]


def test_the_other_studies_are_as_they_were(resumed, old):
    for study in STUDIES.keys() - {resumed.study}:
        before, after = (states(folder, study) for folder in (old, resumed.folder))
        assert before == after


def states(folder: Path, study: str) -> list[tuple[object, ...]]:
    return [(trial.number, trial.state, trial.values, trial.user_attrs) for trial in trials_of(folder, study)]


def test_each_trial_keeps_its_run_in_mlflow_with_each_value_once(resumed):
    before, after = resumed.runs, resumed.runs_now
    assert {number: run.info.run_id for number, run in before.items()}.items() <= {
        number: run.info.run_id for number, run in after.items()
    }.items()
    assert {run.info.status for run in after.values()} == {"FINISHED"}
    assert all(run.info.run_name.startswith(f"#{number} ") for number, run in after.items()), "named as new ones are"
    client = mlflow_of(resumed.folder)
    for trial in resumed.trials_now:
        history = client.get_metric_history(after[trial.number].info.run_id, "validation/macro_f1")
        logged = [(point.step, point.value) for point in history]
        assert logged == [(each["examples"], each["metrics"]["macro_f1"]) for each in evaluations(trial)]


def test_what_is_left_is_in_good_order(resumed):
    runs = resumed.folder / "runs"
    assert not (runs / resumed.study / "unfinished" / f"{LEFT:05d}").exists()
    done = run(resumed.folder, "doctor", resumed.study)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (runs / resumed.study / "best" / "automl.json").is_file()


@pytest.mark.slow
def test_a_finished_study_takes_another_trial(archive, tmp_path):
    unpack(archive, tmp_path)
    before = trials_of(tmp_path, "finished")
    assert resume(tmp_path, "finished")["trials"] == len(before) + 1
    assert trials_of(tmp_path, "finished")[: len(before)] == before
    assert run(tmp_path, "doctor", "finished").returncode == 0
