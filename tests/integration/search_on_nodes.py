"""A search on a Ray cluster of three nodes on this machine, one of which dies; run by `test_faults_workers`."""

import os
import signal
import sys
import threading
import time
from contextlib import contextmanager

import automl.session
from automl.experiment.load import build_experiment
from automl.screen import Screen
from automl.search.cluster import Cluster, Slots, prepare_ray
from automl.search.cluster_watch import ClusterWatch
from automl.session import search

prepare_ray()

import ray  # noqa: E402 - reads its settings now
from ray.cluster_utils import Cluster as Nodes  # noqa: E402

nodes = Nodes(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
doomed = nodes.add_node(num_cpus=1)
nodes.add_node(num_cpus=1)


@contextmanager
def three_nodes(*_: object):
    ray.init(address=nodes.address, log_to_driver=False, logging_level="ERROR")
    watch = ClusterWatch()
    try:
        yield Cluster(Slots(2, 1.0, 0.0), None, watch)
    finally:
        watch.rest()
        ray.shutdown()
        nodes.shutdown()


class Watching(Screen):
    """Kills the node once both trials have been evaluated twice."""

    def watch(self, defaults):
        view = super().watch(defaults)
        heard, notice = [], view.notice

        def listen(event):
            notice(event)
            if type(event).__name__ == "TrialEvaluated" and event.evaluation.step == 9:
                heard.append(event.number)
                if len(heard) == 2:
                    threading.Thread(target=kill).start()

        view.notice = listen
        return view


def kill() -> None:
    time.sleep(0.2)
    ((_, process),) = [entry for entry in doomed.live_processes() if entry[0] == "raylet"]
    os.kill(process.pid, signal.SIGKILL)
    print("killed the raylet", flush=True)


automl.session.local_cluster = three_nodes
flags = {"study": "s", "search.trials": 3, "trial.epochs": 40, "search.pruner": "none"}
settings = [argument for argument in sys.argv[1:] if argument != "--set"]
search(build_experiment("reviews.csv", settings, flags), Watching())
