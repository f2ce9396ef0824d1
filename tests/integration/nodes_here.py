"""A Ray cluster of several nodes on this machine, in a process of its own, as a test drives it."""

import os
import subprocess
import sys
from pathlib import Path

DASHBOARD = "--dashboard"
"""The word that has a cluster start its dashboard."""

LOOPBACK = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}


class Nodes:
    """The cluster's address, that of its dashboard, and the process ids of its `head` (GCS) and `workers` (raylets).

    Workers are given by their cores, or as "2:1" by their cores and pretended GPUs.
    """

    def __init__(self, *workers: float | str, dashboard: bool = False, **settings: str) -> None:
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **settings}
        words = [*map(str, workers), *([DASHBOARD] if dashboard else [])]
        command = [sys.executable, "-m", "tests.integration.nodes", *words]
        self._process = subprocess.Popen(command, env=environment, stdin=-1, stdout=-1, text=True)
        self.address, self.dashboard, head, *workers = self._process.stdout.readline().split()
        self.head, self.workers = int(head), [int(worker) for worker in workers]

    def add(self, cpus: float) -> None:
        self._process.stdin.write(f"add {cpus}\n")
        self._process.stdin.flush()
        self.workers.append(int(self._process.stdout.readline()))

    def end(self) -> None:
        self._process.stdin.close()
        self._process.wait(60)
