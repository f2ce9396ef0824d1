"""Runs a Ray node without cores while its parent process lives: `python -m automl.cluster.join_node HOST:PORT`."""

import ctypes
import os
import signal
import sys

DIE_WITH_PARENT = 1
"""PR_SET_PDEATHSIG of Linux, which remains after an exec."""


def main(address: str) -> None:
    """Replace this process by `ray start`, which joins the cluster at `address`; on SIGTERM it ends its node."""
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGTERM)
    options = [f"--address={address}", "--num-cpus=0", "--num-gpus=0", "--block", "--disable-usage-stats"]
    os.execv(sys.executable, [sys.executable, "-m", "ray.scripts.scripts", "start", *options])  # noqa: S606  # nosec B606


if __name__ == "__main__":
    main(sys.argv[1])
