"""Runs a Ray node without cores while its parent process lives: `python -m automl.cluster.join_node HOST:PORT`."""

import os
import signal
import sys

from trials.hardware import die_with_parent


def main(address: str) -> None:
    """Replace this process by `ray start`, which joins the cluster at `address`; on SIGTERM it ends its node."""
    die_with_parent(signal.SIGTERM)
    options = [f"--address={address}", "--num-cpus=0", "--num-gpus=0", "--block", "--disable-usage-stats"]
    os.execv(sys.executable, [sys.executable, "-m", "ray.scripts.scripts", "start", *options])  # noqa: S606  # nosec B606


if __name__ == "__main__":
    main(sys.argv[1])
