"""Ray on this machine: started for one search, on loopback, protected by a token, and stopped at its end."""

import gc
import math
import os
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import ModuleType

import psutil

from automl.cluster.gpu import Gpu
from automl.cluster.health import ClusterMonitor, raylet_children
from automl.cluster.resource_request import MODEL_MARK, ResourceRequest
from automl.core import Interrupted, UsageError, WorkspaceError, usable_cores

SETTINGS = {
    "TUNE_DISABLE_AUTO_CALLBACK_LOGGERS": "1",  # CSV, JSON and TensorBoard files of every trial: half the driver's time
    "TUNE_DISABLE_SIGINT_HANDLER": "1",  # the driver handles Ctrl-C itself
    "TUNE_GLOBAL_CHECKPOINT_S": str(10**6),  # the state is in SQL, not in Tune's pickles
    "TUNE_FORCE_TRIAL_CLEANUP_S": "2",
    "TUNE_WARN_THRESHOLD_S": "1000",
    "RAY_worker_niceness": "0",  # else Ray's own agents take priority over trials, and delay the first result by 1 s
    "RAY_AIR_NEW_OUTPUT": "0",
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_TRAIN_ENABLE_V2_MIGRATION_WARNINGS": "0",
    "RAY_AUTH_MODE": "token",  # Ray before 2.60 requires none by default
}
"""Defaults of Ray's environment variables. Variables that the user has set remain. Ray reads them on import."""

ON_LOOPBACK = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}
"""Settings for a local Ray. Without clusters, Ray uses 127.0.0.1 as the address of this machine, so all of its
processes listen on loopback only. On Windows and macOS this is the default, because firewalls ask about each port;
hence the name.
"""


@dataclass(frozen=True)
class Slots:
    """How many trials run in parallel, and the resources of each.

    Attributes:
        count: trials that can run in parallel.
        cpus: cores of each trial.
        gpus: GPUs of each trial; a fraction if trials share a GPU.
    """

    count: int
    cpus: float
    gpus: float


@dataclass(frozen=True)
class Cluster:
    """A running Ray cluster.

    Attributes:
        slots: resources of each trial, and how many trials could run in parallel at the start.
        dashboard_url: URL of Ray's dashboard; None if there is none.
        watch: the monitor of Ray's processes.
        capacity: returns how many trials can run in parallel now.
        home: node id of the driver if other nodes do not share its disk; None on a single machine.
        gpus: returns the present GPUs if trials share them by their memory; else None.
        gpu_model: the model of all GPUs that trials use; None for any model.
    """

    slots: Slots
    dashboard_url: str | None
    watch: ClusterMonitor
    capacity: Callable[[], int]
    home: str | None = None
    gpus: Callable[[], Iterable[Gpu]] | None = None
    gpu_model: str | None = None


@contextmanager
def start_local_cluster(request: ResourceRequest) -> Iterator[Cluster]:
    """Start Ray on this machine, and stop it at the end of the block.

    Call it on a thread that outlives the search: Ray's processes die with the thread that started them.

    Args:
        request: the resources of a trial, and how many trials run in parallel.

    Yields:
        The cluster.

    Raises:
        UsageError: a trial does not fit this machine, or the environment disables Ray's token.
        WorkspaceError: Ray does not start.
        Interrupted: SIGTERM arrived during the start.
    """
    prepare_ray()
    import ray  # noqa: PLC0415 - reads the settings when it is imported

    from automl.cluster.gpu import show_all_slices  # noqa: PLC0415 - the same

    hush_ray()
    cores = max(usable_cores(), math.ceil((request.slots or 0) * request.cpus))
    # A SIGTERM to the whole group (timeout, systemd, Slurm) must not end Ray before the search has ended: Ray's
    # processes inherit this mask. Ray also replaces the handler with one that ends the program; it is restored below.
    handler = signal.getsignal(signal.SIGTERM)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    watch = ClusterMonitor()
    try:
        context = ray.init(
            address="local",
            num_cpus=cores,
            num_gpus=show_all_slices(),
            include_dashboard=True,
            dashboard_host="127.0.0.1",
            log_to_driver=False,
            logging_level="ERROR",
        )
    except SystemExit:  # Ray's handler has received a SIGTERM
        watch.end()
        _end_ray(ray)
        raise Interrupted("interrupted while Ray started; no trial was run") from None
    except Exception as error:  # Ray raises bare exceptions here; no code of the search has run yet
        watch.end()
        _end_ray(ray)
        raise WorkspaceError(
            f"Ray must start on this machine, but it gave: {error}\n"
            "A very busy machine may be too slow for it: try again. Its logs are in /tmp/ray/session_latest/logs."
        ) from error
    finally:
        signal.signal(signal.SIGTERM, handler)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    try:
        resources = ray.cluster_resources()
        url = f"http://{context.dashboard_url}" if context.dashboard_url else None
        gpus = shared_gpus(request)
        shared = slots_of(request, cores, gpus_of(resources, request), shared=gpus is not None)
        yield Cluster(shared, url, watch, lambda: shared.count, gpus=gpus, gpu_model=request.gpu_model)
    finally:
        watch.rest()
        # A reference to a Ray object that dies later, on whatever thread collects it, would end the whole process.
        gc.collect()
        _end_ray(ray)
        watch.end()


def _end_ray(ray: ModuleType) -> None:
    """End Ray, whose module is imported late, and its processes.

    Ray would send each process a SIGTERM, and wait a second for it. They have inherited a mask that blocks SIGTERM, so
    the wait would be in vain, and they are killed at once. Ray's agents would try for a minute to report that.
    """
    if (node := getattr(ray._private.worker, "_global_node", None)) is not None:
        kill = node.kill_all_processes
        node.kill_all_processes = lambda *args, **how: kill(*args, **{**how, "allow_graceful": False})
    children = raylet_children()
    ray.shutdown()
    for child in children:
        with suppress(psutil.NoSuchProcess):
            child.kill()


def prepare_ray(*, on_loopback: bool = True) -> None:
    """Set Ray's environment variables. Call it before any module imports Ray.

    Args:
        on_loopback: whether Ray is started for this search only, not a cluster of several machines.

    Raises:
        UsageError: the environment disables Ray's token. Without a token, anyone who reaches Ray's ports, such as
            another user of this machine, could run code as this user.
    """
    for name, value in {**SETTINGS, **(ON_LOOPBACK if on_loopback else {})}.items():
        os.environ.setdefault(name, value)
    if (mode := os.environ["RAY_AUTH_MODE"]).lower() != "token":
        raise UsageError(
            f"RAY_AUTH_MODE must be 'token' or not be set, not {mode!r}: without its token Ray runs code for anybody "
            "who reaches its ports; take it out of the environment (unset RAY_AUTH_MODE)"
        )


def hush_ray() -> None:
    """Suppress messages of Ray's own processes on the screen, such as the death of a node.

    The search reports the affected trials itself. `log_to_driver` covers the output of workers only, and Ray has no
    setting for these messages.
    """
    from ray._private import worker  # noqa: PLC0415 - reads the settings when it is imported

    worker.print_to_stdstream = lambda *_args, **_kwargs: None


def shared_gpus(request: ResourceRequest) -> Callable[[], Iterable[Gpu]] | None:
    """Return a function that lists the GPUs of the running Ray, if trials can share them by their memory.

    Args:
        request: the resources of a trial.

    Returns:
        None if all trials get equal shares: a number of GPUs is given, there are none, or the memory of one is unknown.
    """
    from automl.cluster.gpu import GpuDiscovery  # noqa: PLC0415 - Ray reads its settings when it is imported

    discovery = GpuDiscovery(request)
    return discovery.gpus if request.gpus is None and discovery.knows_all() else None


def gpus_of(resources: Mapping[str, float], request: ResourceRequest) -> float:
    """Return the number of GPUs.

    Args:
        resources: the resources of the cluster, as Ray counts them.
        request: the resources of a trial, which may name a model of GPU.

    Raises:
        UsageError: no GPU has that model.
    """
    if request.gpu_model is not None and f"{MODEL_MARK}{request.gpu_model}" not in resources:
        available = (
            ", ".join(name.removeprefix(MODEL_MARK) for name in resources if name.startswith(MODEL_MARK)) or "none"
        )
        raise UsageError(
            f"resources.gpu_model must be a model of GPU that this machine has ({available}), not {request.gpu_model!r}"
        )
    return resources.get("GPU", 0.0)


def slots_of(request: ResourceRequest, all_cores: float, all_gpus: float, *, shared: bool) -> Slots:
    """Divide this machine among trials: by cores, and by GPUs if there are any that trials do not share by memory.

    Args:
        request: the resources of a trial, and how many trials run in parallel.
        all_cores: the cores.
        all_gpus: the GPUs.
        shared: whether trials share the GPUs by what their memory needs.

    Raises:
        UsageError: a trial does not fit this machine.
    """
    each_gpu = request.gpus if request.gpus is not None else (1.0 if all_gpus else 0.0)
    room = int(min(all_cores / request.cpus, all_gpus / each_gpu if each_gpu and not shared else float("inf")))
    if room < 1:
        raise UsageError(
            f"a trial must fit this machine, which has {all_cores:g} cores and {all_gpus:g} GPUs, but it is to have "
            f"{request.cpus:g} and {each_gpu:g}; lower resources.cpus_per_trial or resources.gpus_per_trial"
        )
    return Slots(min(room, request.slots or room), request.cpus, each_gpu)
