"""What is worth keeping on a machine for all searches of a user; nothing of it is missed when it is gone."""

import os
from pathlib import Path


def machine_cache() -> Path:
    """Its folder, which need not be there: by the XDG Base Directory Specification, 0.8."""
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "automl"


DASHBOARD_VARIABLE = "AUTOML_DASHBOARD_URL"
MLFLOW_VARIABLE = "AUTOML_MLFLOW_URL"
"""In the environment, where the addresses that this process uses are of no use to a browser."""


def page_of_ray(address: str) -> str:
    """The dashboard's address for a browser, of the one that this process uses."""
    return os.environ.get(DASHBOARD_VARIABLE, "").rstrip("/") or address


def page_of_mlflow(address: str) -> str:
    """The same for MLflow's server."""
    return os.environ.get(MLFLOW_VARIABLE, "").rstrip("/") or address


CGROUP_LIMIT = Path("/sys/fs/cgroup/cpu.max")


def usable_cores(cgroup_limit: Path = CGROUP_LIMIT) -> int:
    """Whole processor cores that this process may use: its affinity, or a container's quota if less; at least 1.

    The quota is that of cgroup v2: `cpu.max` holds microseconds a period, then the period, or `max` for no limit
    (https://docs.kernel.org/admin-guide/cgroup-v2.html).
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = cgroup_limit.read_text().split()
    except (OSError, ValueError):
        return cores
    return cores if quota == "max" else max(1, min(cores, int(quota) // int(period)))


DRIVER_VARIABLE = "AUTOML_DRIVER"
"""In the environment of every process that a search starts: the id of its driver."""
