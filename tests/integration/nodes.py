"""A Ray cluster of several nodes on this machine, on loopback: `python -m tests.integration.nodes CPUS...`.

Prints its address, and the process ids of its head (GCS) and of its workers (raylets). Ends when its standard input
does. A line `add CPUS` there adds a worker, and prints its process id.
"""

import os
import sys

os.environ |= {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0", "RAY_AUTH_MODE": "token"}

from ray._private.authentication.authentication_token_setup import ensure_token_if_auth_enabled
from ray.cluster_utils import Cluster


def process_of(node, kind: str = "raylet") -> int:
    """The id of a node's process of that kind."""
    return next(process.pid for name, process in node.live_processes() if name == kind)


def main(cpus: list[float]) -> None:
    """The head has no cores, as is usual."""
    ensure_token_if_auth_enabled(create_token_if_missing=True)
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
    nodes = [cluster.add_node(num_cpus=count) for count in cpus]
    print(cluster.address, process_of(cluster.head_node, "gcs_server"), *map(process_of, nodes), flush=True)
    for line in sys.stdin:
        print(process_of(cluster.add_node(num_cpus=float(line.split()[1]))), flush=True)
    cluster.shutdown()


if __name__ == "__main__":
    main([float(count) for count in sys.argv[1:]])
