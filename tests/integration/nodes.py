"""A Ray cluster of several nodes on this machine, on loopback: `python -m tests.integration.nodes CPUS[:GPUS]...`.

Prints its address, that of its dashboard, and the process ids of its head (GCS) and of its workers (raylets). Ends when
its standard input does. A line `add CPUS` there adds a worker, and prints its process id. The dashboard, which takes
seconds to start, runs if `--dashboard` comes first.
"""

import os
import sys

os.environ |= {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0", "RAY_AUTH_MODE": "token"}

from ray._private.authentication.authentication_token_setup import ensure_token_if_auth_enabled
from ray.cluster_utils import Cluster

from tests.integration.nodes_here import DASHBOARD


def process_of(node, kind: str = "raylet") -> int:
    """The id of a node's process of that kind."""
    return next(process.pid for name, process in node.live_processes() if name == kind)


def main(workers: list[str], dashboard: bool) -> None:
    """The head has no cores, as is usual, unless it is alone.

    Nodes on one machine share a session's folder, where each unpacks what a job brings: one under the other's feet.
    """
    ensure_token_if_auth_enabled(create_token_if_missing=True)
    head = {"num_cpus": 0 if workers else 1, "include_dashboard": dashboard, "dashboard_host": "127.0.0.1"}
    cluster = Cluster(initialize_head=True, head_node_args=head)
    counts = [list(map(float, worker.split(":"))) for worker in workers]
    nodes = [cluster.add_node(num_cpus=cpus, num_gpus=sum(gpus)) for cpus, *gpus in counts]
    pages = f"http://{cluster.head_node.webui_url}" if dashboard else "-"
    print(cluster.address, pages, process_of(cluster.head_node, "gcs_server"), *map(process_of, nodes), flush=True)
    for line in sys.stdin:
        print(process_of(cluster.add_node(num_cpus=float(line.split()[1]))), flush=True)
    cluster.shutdown()


if __name__ == "__main__":
    words = sys.argv[1:]
    main([word for word in words if word != DASHBOARD], DASHBOARD in words)
