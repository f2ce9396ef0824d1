"""A search on a Ray cluster that is there: of several nodes on this machine, which share no folder with the driver."""

import os
import signal
from dataclasses import replace

import pytest

from automl.experiment.load import dump_experiment
from automl.experiment.schema import Experiment
from automl.search.folders import holds_model
from tests.automl.search.helpers import NEW, Bench
from tests.integration.command import automl, overrides, write_reviews
from tests.integration.nodes_here import LOOPBACK
from tests.integration.running import OFTEN, record, steps
from trials.record import TrialEnd


def refused(tmp_path, *options, **settings):
    write_reviews(tmp_path / "reviews.csv")
    done = automl("search", "reviews.csv", *options, *overrides(), cwd=tmp_path, **settings)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "runs").exists()
    return done.stderr


def test_an_address_that_is_none_is_refused_with_all_else_that_is_wrong(tmp_path):
    said = refused(tmp_path, "--address", "http://head:8265", "--storage", "nonsense")
    assert "must be 'auto' or HOST:PORT, as in ray-head:6379, not 'http://head:8265'" in said
    assert "must be a SQLAlchemy URL" in said


def test_a_cluster_that_is_not_there_is_refused(tmp_path):
    said = refused(tmp_path, AUTOML_RAY_ADDRESS="127.0.0.1:1")
    assert "a Ray cluster must answer at 127.0.0.1:1, but: Connection refused" in said


def test_a_study_is_not_resumed_on_an_address_that_is_none(tmp_path):
    bench = Bench(tmp_path)
    bench.create(replace(NEW, name="s", experiment=dump_experiment(Experiment(data={"source": "reviews.csv"}))))
    bench.store.close()
    done = automl("resume", "s", "--address", "head:x", "--workspace", tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "must be 'auto' or HOST:PORT, as in ray-head:6379, not 'head:x'" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_cluster_with_another_token_is_refused(tmp_path, nodes):
    said = refused(tmp_path, "--address", nodes(1).address, RAY_AUTH_TOKEN="x" * 32, **LOOPBACK)
    assert "its token must be ours: put what `ray get-auth-token` prints on its head into RAY_AUTH_TOKEN" in said


def test_trials_share_a_gpu_as_their_memory_needs_it(tmp_path, nodes, running):
    """The GPU is one for Ray only, and its memory what the experiment says."""
    shared = ("--set", "resources.gpu_memory=16", "--set", "resources.cpus_per_trial=0.5")
    searching = running("--address", nodes("1:1").address, "--trials", 2, "--epochs", 20, *shared, **LOOPBACK)
    assert searching.end() == 0, searching.said
    assert "2 slots" in searching.said
    assert searching.said.index("trial 1 started") < searching.said.index("trial 0 at 1%"), "one GPU, two trials"
    assert [trial.end for trial in record(tmp_path).trials] == [TrialEnd.COMPLETED] * 2


@pytest.mark.slow
def test_nodes_come_and_go_in_mid_search_and_cost_one_interval_at_most(tmp_path, nodes, running):
    """One node of two is killed while it trains, and a third one joins; the driver stops, and goes on later."""
    cluster = nodes(1, 1)
    searching = running("--address", cluster.address, "--trials", 4, "--epochs", 40, "--pruner", "none", **LOOPBACK)
    searching.wait_for("trial 1 at 11%", 150)
    os.kill(cluster.workers[0], signal.SIGKILL)
    searching.wait_for("preempted", 150)
    cluster.add(1)
    assert searching.end() == 0, searching.said
    trials = record(tmp_path).trials
    assert [trial.end for trial in trials] == [TrialEnd.COMPLETED] * 4
    assert [steps(trial) for trial in trials] == [list(OFTEN)] * 4
    lost = searching.said.partition("preempted")[0].rpartition("trial ")[2].split()[0]
    assert f"trial {lost} at 1%" not in searching.said.partition("preempted")[2], "its state was with the driver"
    assert all(holds_model(tmp_path / "runs" / "s" / "trials" / f"{trial.number:05d}") for trial in trials)
    assert holds_model(tmp_path / "runs" / "s" / "best")


@pytest.mark.slow
def test_a_head_that_dies_ends_the_search_with_a_word_and_the_study_goes_on_elsewhere(tmp_path, nodes, running):
    cluster = nodes(1)
    searching = running("--address", cluster.address, "--trials", 1, "--epochs", 60, "--pruner", "none", **LOOPBACK)
    searching.wait_for("trial 0 at 33%", 150)
    os.kill(cluster.head, signal.SIGKILL)
    assert searching.end() in {0, 1}
    assert "Ray has died" in searching.said
    resumed = automl("resume", "s", "--address", nodes(1).address, cwd=tmp_path, **LOOPBACK)
    assert resumed.returncode == 0, resumed.stdout + resumed.stderr
    assert "trial 0 at 1%" not in resumed.stdout
    assert [steps(trial) for trial in record(tmp_path).trials] == [list(OFTEN)]
