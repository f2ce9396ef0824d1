"""A Ray node without cores, for as long as whoever started it lives: `python -m automl.cluster.join_node HOST:PORT`."""

import ctypes
import os
import signal
import sys

DIE_WITH_PARENT = 1
"""Linux' PR_SET_PDEATHSIG, which outlives an exec."""


def main(address: str) -> None:
    """Becomes `ray start`, which stays until it is ended, and ends its node then."""
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGTERM)
    options = [f"--address={address}", "--num-cpus=0", "--num-gpus=0", "--block", "--disable-usage-stats"]
    os.execv(sys.executable, [sys.executable, "-m", "ray.scripts.scripts", "start", *options])  # noqa: S606  # nosec B606


if __name__ == "__main__":
    main(sys.argv[1])
