"""What this machine lends to the program, which may be less than it has."""

import os
from pathlib import Path

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
