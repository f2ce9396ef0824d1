"""Settings from the environment of the process: the user's cache folder, addresses for a browser, and usable cores."""

import os
from pathlib import Path


def machine_cache() -> Path:
    """Return the user's cache folder for all searches on this machine, which may not exist yet.

    Its location follows the XDG Base Directory Specification, 0.8. Its content can be deleted at any time.
    """
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "automl"


DASHBOARD_VARIABLE = "AUTOML_DASHBOARD_URL"
MLFLOW_VARIABLE = "AUTOML_MLFLOW_URL"
"""Environment variables with addresses for a browser that cannot reach the ones that this process uses."""


def page_of_ray(address: str) -> str:
    """Return the URL under which a browser reaches Ray's dashboard.

    Args:
        address: the URL that this process uses; returned unless `AUTOML_DASHBOARD_URL` is set.
    """
    return os.environ.get(DASHBOARD_VARIABLE, "").rstrip("/") or address


def page_of_mlflow(address: str) -> str:
    """Return the URL under which a browser reaches MLflow's server.

    Args:
        address: the URL that this process uses; returned unless `AUTOML_MLFLOW_URL` is set.
    """
    return os.environ.get(MLFLOW_VARIABLE, "").rstrip("/") or address


CGROUP_LIMIT = Path("/sys/fs/cgroup/cpu.max")


def usable_cores(cgroup_limit: Path = CGROUP_LIMIT) -> int:
    """Return how many whole CPU cores this process may use: the smaller of its affinity and its quota; at least 1.

    Args:
        cgroup_limit: the file `cpu.max` of cgroup v2. It holds the quota and the period, both in microseconds; a quota
            of `max` is no limit (https://docs.kernel.org/admin-guide/cgroup-v2.html). The quota is ignored if the file
            cannot be read.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = cgroup_limit.read_text().split()
    except (OSError, ValueError):
        return cores
    return cores if quota == "max" else max(1, min(cores, int(quota) // int(period)))


DRIVER_VARIABLE = "AUTOML_DRIVER"
"""Environment variable of every process that a search starts; its value is the id of the driver."""
