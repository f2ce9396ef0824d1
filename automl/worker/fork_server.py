"""A process with torch imported that forks another for each Ray worker: in milliseconds, where imports take seconds.

It is started with the search, so that it imports while Ray starts. One a machine is enough.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ADDRESS_VARIABLE = "AUTOML_FORK_SERVER"
"""Names the socket of this machine's fork server, for the Ray workers on it."""


@contextmanager
def fork_server() -> Iterator[str]:
    """Runs a fork server, and gives its address. It ends with the block or with this process, and all its forks too."""
    with tempfile.TemporaryDirectory(prefix="automl-fork-", ignore_cleanup_errors=True) as folder:
        address = str(Path(folder) / "socket")
        environment = {
            **os.environ,
            "OMP_NUM_THREADS": "1",  # a pool of threads would not survive a fork; each trial sets its own number
            "PYTORCH_NVML_BASED_CUDA_CHECK": "1",  # nor would CUDA: torch may only ask whether it is there
        }
        # It lives as long as its standard input is open, so that it outlives no death of ours.
        server = subprocess.Popen(
            [sys.executable, "-m", "automl.worker.fork_server_process", address],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the search, which ends it
        )
        try:
            yield address
        finally:
            server.kill()
            server.wait()


@contextmanager
def workers_ready() -> Iterator[None]:
    """Runs a fork server for the Ray workers that are started within the block on this machine."""
    with fork_server() as address:
        os.environ[ADDRESS_VARIABLE] = address
        try:
            yield
        finally:
            os.environ.pop(ADDRESS_VARIABLE, None)
