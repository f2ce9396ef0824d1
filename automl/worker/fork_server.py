"""The fork server: a process that has imported torch, and forks one process for each Ray worker.

A fork takes milliseconds, the imports seconds. The server starts with the search, so that it imports while Ray starts.
One server on each machine is enough.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ADDRESS_VARIABLE = "AUTOML_FORK_SERVER"
"""Environment variable with the socket of this machine's fork server, for the Ray workers on this machine."""


@contextmanager
def fork_server() -> Iterator[str]:
    """Run a fork server during the block. It and all its forks end with the block or with this process.

    Yields:
        The address of its socket.
    """
    with tempfile.TemporaryDirectory(prefix="automl-fork-", ignore_cleanup_errors=True) as folder:
        address = str(Path(folder) / "socket")
        environment = {
            **os.environ,
            "OMP_NUM_THREADS": "1",  # thread pools do not survive a fork; each trial sets its own number of threads
            "PYTORCH_NVML_BASED_CUDA_CHECK": "1",  # nor does CUDA, so torch checks for it through NVML
        }
        # The server ends when its standard input is closed, so it never outlives this process.
        server = subprocess.Popen(
            [sys.executable, "-m", "automl.worker.fork_server_process", address],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches only the search, which ends the server
        )
        try:
            yield address
        finally:
            server.kill()
            server.wait()


@contextmanager
def workers_ready() -> Iterator[None]:
    """Run a fork server for the Ray workers that are started within the block on this machine."""
    with fork_server() as address:
        os.environ[ADDRESS_VARIABLE] = address
        try:
            yield
        finally:
            os.environ.pop(ADDRESS_VARIABLE, None)
