"""A search on a Ray cluster that is there: of several nodes on this machine, which share no folder with the driver."""

import json
import os
import signal
import urllib.error
import urllib.request
from base64 import b64encode
from contextlib import closing
from dataclasses import replace

import pytest

from automl.checkpoints.retention import holds_model
from automl.config.loader import dump_experiment
from automl.config.schema import Experiment
from automl.core import USUAL_PACE
from automl.storage import StudyStore
from tests.automl.engine.helpers import NEW, Bench
from tests.automl.tracking.server import LOGIN, MlflowServer
from tests.integration.command import automl, overrides, write_reviews
from tests.integration.nodes_here import LOOPBACK
from tests.integration.running import OFTEN, record, steps
from trials.protocol import TrialEnd


def refused(tmp_path, *options, **settings):
    write_reviews(tmp_path / "reviews.csv")
    done = automl("search", "reviews.csv", *options, *overrides(), cwd=tmp_path, **settings)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "runs").exists()
    return done.stderr


def asked(api, **login):
    """What MLflow's server has of its first experiment of ours."""
    request = urllib.request.Request(api, json.dumps({"experiment_ids": ["1"]}).encode())
    request.add_header("Content-Type", "application/json")
    if login:
        request.add_header("Authorization", f"Basic {b64encode(':'.join(login.values()).encode()).decode()}")
    return json.load(urllib.request.urlopen(request, timeout=30))


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
    assert "this process needs its token: put what `ray get-auth-token` prints on its head into RAY_AUTH_TOKEN" in said


def test_a_cluster_with_a_gpu_postgresql_and_an_mlflow_server_that_asks_for_a_login(
    tmp_path, nodes, running, postgres_url
):
    """What docker-compose.yml brings up, without containers. Trials share a GPU that is one for Ray only."""
    shared = ("--set", "resources.gpu_memory=16", "--set", "resources.cpus_per_trial=0.5")
    with MlflowServer(tmp_path, login=True) as server:
        server.start()
        cluster = nodes(0, "1:1")
        server.wait()
        places = {"AUTOML_STORAGE_URL": postgres_url, "MLFLOW_TRACKING_URI": server.uri}
        searching = running(
            "--address", cluster.address, "--trials", 2, "--time-budget", "5m", *shared, **LOGIN, **places, **LOOPBACK
        )
        assert searching.end() == 0, searching.said
        api = f"{server.uri}/api/2.0/mlflow/runs/search"
        with pytest.raises(urllib.error.HTTPError, match="401"):
            asked(api)
        runs = asked(api, **LOGIN)["runs"]
    assert "2 slots" in searching.said
    assert searching.said.index("trial 1 started") < searching.said.index("trial 0 at 1%"), "one GPU, two trials"
    trials = record(tmp_path, url=postgres_url).trials
    assert all(trial.end in {TrialEnd.COMPLETED, TrialEnd.PRUNED} for trial in trials)
    assert len(trials) == 2
    with closing(StudyStore(postgres_url)) as store:
        [name] = store.names()
        assert store.study(name).settings().pace.scratch != USUAL_PACE.scratch, "a node was measured"
    assert {run["info"]["run_name"].partition(" ")[0] for run in runs} >= {"#0", "#1"}


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
    assert "a process of Ray has died" in searching.said
    resumed = automl("resume", "s", "--address", nodes(1).address, cwd=tmp_path, **LOOPBACK)
    assert resumed.returncode == 0, resumed.stdout + resumed.stderr
    assert "trial 0 at 1%" not in resumed.stdout
    assert [steps(trial) for trial in record(tmp_path).trials] == [list(OFTEN)]
