"""Which winners are fitted once more before they are handed over."""

from contextlib import contextmanager
from dataclasses import replace
from threading import Barrier

import pytest

from automl.config.schema import Experiment
from automl.core import Budgets, Workspace, WorkspaceError
from automl.planning import Plan, PreparedData
from automl.session.handover import refit as refit_module
from automl.session.handover.refit import refitted
from search_spaces import SPACES, Probe, Space
from tests.automl.report.records import make_trial
from tests.trials.workflows.test_refit import DATA
from trials.data.dataset import TextDataset
from trials.errors import PretrainedError
from trials.tasks import Calibration

SPACE = Space("auto", SPACES["auto"])


def plan(tmp_path, **search) -> Plan:
    Workspace(tmp_path).study("news").folder.mkdir(parents=True, exist_ok=True)
    experiment = Experiment(data={"source": "bbc-news"}, search=search)
    return Plan(experiment, Workspace(tmp_path), SPACE, PreparedData(DATA, 64, Budgets(900, 900)), None, None, 0.0)


def trial(algorithm: str):
    return make_trial(3, (0.9,), params=SPACE.defaults(algorithm))


@contextmanager
def fitted_again(plan: Plan, trial, say, study: str = "news"):
    with refitted(plan, [trial], study, say) as folders:
        yield folders[trial.number]


@pytest.fixture
def fitted(monkeypatch) -> list:
    """The jobs and the data that were fitted; each leaves a file in its folder."""
    done = []

    def fit(job, data, calibration):
        done.append((job, data, calibration))
        job.checkpoint.mkdir(parents=True)
        (job.checkpoint / "model").touch()

    monkeypatch.setattr(refit_module, "refit", fit)
    monkeypatch.setattr(refit_module, "encode", lambda dataset, text, longest, cache: (text, longest))
    return done


def test_a_linear_model_is_fitted_with_the_parameters_of_its_trial(tmp_path, fitted):
    said = []
    chosen = trial("linear")
    chosen = replace(chosen, evaluations=(replace(chosen.evaluations[0], temperature=0.4, thresholds=(0.3,)),))
    with fitted_again(plan(tmp_path, seed=7), chosen, said.append) as folder:
        assert (folder / "model").exists()
    assert not folder.exists(), "it is copied to where it is handed over"
    [(job, data, calibration)] = fitted
    assert (job.point, job.seed) == (SPACE.replay(SPACE.defaults("linear")), 7)
    assert calibration == Calibration(0.4, (0.3,))
    assert isinstance(data, TextDataset)
    assert said == ["Fitting the winner once more, to its training rows and the validation rows"]


def test_a_probe_is_fitted_to_features_that_its_trials_share(tmp_path, fitted):
    made = plan(tmp_path)
    with fitted_again(made, trial("probe"), print) as folder:
        assert folder is not None
    [(job, data, _)] = fitted
    assert isinstance(job.point, Probe) and job.cache == made.workspace.cache
    assert data == (job.point.text, 64)


def test_a_probe_of_a_sample_is_fitted_to_that_sample(tmp_path, fitted):
    [only] = trial("probe").evaluations
    for sample_rows in (40, None):
        last = replace(only, sample_rows=sample_rows)
        found = replace(trial("probe"), evaluations=(last,))
        with fitted_again(plan(tmp_path), found, print) as folder:
            assert folder is not None
        assert fitted[-1][0].earlier == (None if sample_rows is None else last)


def test_what_was_trained_in_steps_or_over_folds_or_measured_is_handed_over_as_it_is(tmp_path, fitted):
    cross_validated = replace(trial("linear"), evaluations=(replace(trial("linear").evaluations[0], fold=0),))
    cases = [
        (plan(tmp_path), trial("finetune")),
        (plan(tmp_path), trial("encoder")),
        (plan(tmp_path), cross_validated),
        (plan(tmp_path, constraints=["latency_ms<=20"]), trial("linear")),
        (plan(tmp_path, objectives=["macro_f1", "bytes"]), trial("linear")),
    ]
    for made, winner in cases:
        with fitted_again(made, winner, print) as folder:
            assert folder is None
    assert fitted == []


def test_a_fit_that_fails_costs_nothing(tmp_path, monkeypatch):
    def fail(job, data, calibration):
        raise WorkspaceError("the disk is full")

    monkeypatch.setattr(refit_module, "refit", fail)
    said = []
    with fitted_again(plan(tmp_path), trial("linear"), said.append) as folder:
        assert folder is None
    assert "the disk is full" in said[-1] and "as its trial fitted it" in said[-1]


def test_a_checkpoint_or_a_folder_that_is_not_here_costs_nothing(tmp_path, fitted, monkeypatch):
    def missing(*_):
        raise PretrainedError("the checkpoint is missing")

    monkeypatch.setattr(refit_module, "encode", missing)
    said = []
    with fitted_again(plan(tmp_path), trial("probe"), said.append) as folder:
        assert folder is None
    assert "the checkpoint is missing" in said[-1]
    with fitted_again(plan(tmp_path), trial("linear"), said.append, "a study without a folder") as folder:
        assert folder is None
    assert fitted == []


def test_parameters_that_the_space_does_not_take_any_more_are_handed_over_as_they_are(tmp_path, fitted):
    with fitted_again(plan(tmp_path), make_trial(3, (0.9,), params={"algorithm": "linear"}), print) as folder:
        assert folder is None
    assert fitted == []


def test_members_of_an_ensemble_are_fitted_two_at_a_time_and_share_the_cores(tmp_path, fitted, monkeypatch):
    both, fit = Barrier(2, timeout=60), refit_module.refit

    def meet(job, data, calibration):
        both.wait()  # breaks, and fails the test, unless two fits run at a time
        fit(job, data, calibration)

    monkeypatch.setattr(refit_module, "refit", meet)
    monkeypatch.setattr(refit_module, "usable_cores", lambda: 5)
    numbers = dict(enumerate(("linear", "finetune", "probe", "linear", "linear")))
    members, said = [replace(trial(name), number=number) for number, name in numbers.items()], []
    with refitted(plan(tmp_path), members, "news", said.append) as folders:
        made = {number: folder for number, folder in folders.items() if folder is not None}
        assert made.keys() == {0, 2, 3, 4} and all((folder / "model").exists() for folder in made.values())
    assert not any(folder.exists() for folder in made.values())
    assert {job.threads for job, *_ in fitted} == {2}
    assert said == ["Fitting the trials 0, 2, 3 and 4 once more, to their training rows and the validation rows"]
    with refitted(plan(tmp_path), [], "news", said.append) as folders:
        assert folders == {}


def test_a_member_whose_fit_fails_is_the_model_of_its_trial(tmp_path, fitted, monkeypatch):
    fit = refit_module.refit

    def fail_of_one(job, data, calibration):
        if job.number == 1:
            raise WorkspaceError("the disk is full")
        fit(job, data, calibration)

    monkeypatch.setattr(refit_module, "refit", fail_of_one)
    members, said = [replace(trial("linear"), number=number) for number in range(3)], []
    with refitted(plan(tmp_path), members, "news", said.append) as folders:
        assert [number for number, folder in folders.items() if folder is None] == [1]
    assert len(said) == 1, "of a member that is not the winner nothing is said"
