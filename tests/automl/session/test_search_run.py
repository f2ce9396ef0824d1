"""How a search begins and ends around its trials, which nobody runs here. Whole searches are in tests/integration."""

import signal
from types import SimpleNamespace

import pytest

import automl.cluster
from automl.cluster import Slots, TrialPlacer
from automl.console.console import Console
from automl.core.errors import WorkspaceError
from automl.core.events import SearchStarted, StopReason
from automl.session import search_run
from automl.session.search_run import SearchRun
from automl.session.signals import SignalHandler
from search_spaces import Linear
from tests.automl.engine.helpers import NEW, Bench
from tests.automl.session.plans import make_plan


class Watch:
    """A monitor of Ray, which can be told that Ray has died."""

    def __init__(self) -> None:
        self.acts = ()
        self.rests = False

    def act(self, *acts) -> None:
        self.acts = acts

    def rest(self) -> None:
        self.rests = True


@pytest.fixture
def scene(tmp_path, monkeypatch):
    """Runs a search whose trials are `work`, which is given the trial manager; what the tracker heard is in `heard`."""
    bench = Bench(tmp_path)
    bench.create()
    study = bench.store.study(NEW.name)
    made = SimpleNamespace(heard=[], watch=Watch(), folder=tmp_path, study=study, plan=make_plan(tmp_path))

    def run(work, **search):
        made.plan = make_plan(tmp_path, **search)
        cluster = SimpleNamespace(
            slots=Slots(3, 2.0, 0.0),
            dashboard_url="http://head",
            watch=made.watch,
            gpus=None,
            home=None,
            gpu_model=None,
            capacity=lambda: 3,
        )
        monkeypatch.setattr(automl.cluster, "DatasetRefs", lambda *_: None, raising=False)
        monkeypatch.setattr(automl.cluster, "run_search", lambda manager, *_, **__: work(manager), raising=False)
        tracker = SimpleNamespace(notice=made.heard.append)
        checkpoints = SimpleNamespace(sweep=lambda trials: None, state=lambda number: tmp_path / str(number))
        driver = study.join(tmp_path)
        with driver, SignalHandler() as signals, signals.held():
            run = SearchRun(made.plan, study, driver, cluster, None, tracker, Console(), checkpoints)
            return run.run(signals)

    made.run = run
    yield made
    bench.store.close()


def test_a_search_tells_what_it_is_before_its_first_trial_and_why_it_ended(scene):
    def work(manager):
        assert isinstance(scene.heard[0], SearchStarted)
        return StopReason.TRIALS

    assert scene.run(work, trials=5, time_budget=60.0, folds=4) == StopReason.TRIALS
    (started,) = scene.heard
    assert (started.study, started.trials, started.slots, started.dashboard_url) == (NEW.name, 5, 3, "http://head")
    assert started.deadline - started.started == 60.0, "the time budget counts from here, not from the preparations"
    assert started.settings["search.folds"] == "4"
    assert scene.watch.rests


@pytest.mark.parametrize(("limits", "expected"), [({"trials": None, "time_budget": 60.0}, ["linear"]), ({}, [])])
def test_what_is_taken_counts_for_the_choice_unless_trials_are_limited(scene, monkeypatch, limits, expected):
    asked = []

    def opened(*_, taken, **__):
        asked.extend(taken())
        raise WorkspaceError("that is all")

    monkeypatch.setattr(search_run, "open_study", opened)
    monkeypatch.setattr(TrialPlacer, "is_taken", lambda _, point: isinstance(point, Linear))
    with pytest.raises(WorkspaceError, match="that is all"):
        scene.run(None, space="auto", **limits)
    assert asked == expected


def test_a_signal_ends_the_search_in_good_order(scene):
    def work(manager):
        signal.raise_signal(signal.SIGINT)
        assert manager.begin() is None
        return manager.close()

    assert scene.run(work) == StopReason.INTERRUPTED


def test_where_ray_dies_the_search_ends_and_says_how_to_go_on(scene, capsys):
    def work(manager):
        end, _ = scene.watch.acts
        end()
        return manager.close()

    assert scene.run(work) == StopReason.CLUSTER
    said = " ".join(capsys.readouterr().out.split())
    assert "a process of Ray has died, so the search ends. Nothing of the study is lost." in said
    assert "automl resume 'a study'" in said


def test_trouble_with_the_disk_is_an_error_that_says_how_to_go_on(scene):
    def work(manager):
        manager.trouble = "the disk is full"
        return StopReason.DISK

    with pytest.raises(WorkspaceError, match=r"(?s)the disk is full.*automl resume 'a study'"):
        scene.run(work)
