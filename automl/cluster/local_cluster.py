"""Ray on this machine: started for one search, on loopback, behind a token, quiet, and ended with it."""

import gc
import math
import os
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from automl.cluster.gpu import SHARES, Gpu
from automl.cluster.health import ClusterMonitor
from automl.cluster.resource_request import MODEL_MARK, ResourceRequest
from automl.core import Interrupted, UsageError, WorkspaceError, usable_cores

SETTINGS = {
    "TUNE_DISABLE_AUTO_CALLBACK_LOGGERS": "1",  # CSV, JSON and TensorBoard files of every trial: half the driver's time
    "TUNE_DISABLE_SIGINT_HANDLER": "1",  # Ctrl-C is ours
    "TUNE_GLOBAL_CHECKPOINT_S": str(10**6),  # Tune's pickled state is not ours: SQL is
    "TUNE_FORCE_TRIAL_CLEANUP_S": "2",
    "TUNE_WARN_THRESHOLD_S": "1000",
    "RAY_worker_niceness": "0",  # else Ray's own agents go before the trials: the first result a second later
    "RAY_AIR_NEW_OUTPUT": "0",
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_TRAIN_ENABLE_V2_MIGRATION_WARNINGS": "0",
    "RAY_AUTH_MODE": "token",  # Ray before 2.60 asks for none by default
}
"""Ray's settings, as far as the user's environment does not have them. Ray reads them while it is imported."""

ON_LOOPBACK = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}
"""For a Ray of our own. "No clusters": it takes 127.0.0.1 for the address of this machine, so that everything that it
starts listens on loopback only. It does so by itself where a firewall would ask about each port, and calls the setting
after them."""


@dataclass(frozen=True)
class Slots:
    """How many trials run side by side, and what each one gets."""

    count: int
    cpus: float
    gpus: float


@dataclass(frozen=True)
class Cluster:
    """A running Ray.

    `capacity` tells how many trials it can run side by side now, `slots.count` how many it could at first. `home` is
    the driver's node, where others do not share its disk. Where trials share GPUs as their memory needs it, `gpus`
    tells which there are. All are of the model `gpu_model`, where one is named.
    """

    slots: Slots
    dashboard_url: str | None
    watch: ClusterMonitor
    capacity: Callable[[], int]
    home: str | None = None
    gpus: Callable[[], Iterable[Gpu]] | None = None
    gpu_model: str | None = None


@contextmanager
def start_local_cluster(wanted: ResourceRequest) -> Iterator[Cluster]:
    """Starts Ray here and ends it on leaving.

    Call it on a thread that outlives the search: Ray's processes die with the thread that started them.

    Raises:
        UsageError: a trial does not fit this machine, or the environment takes Ray's token away.
        WorkspaceError: Ray does not start.
        Interrupted: SIGTERM came while it started.
    """
    prepare_ray()
    import ray  # noqa: PLC0415 - reads the settings when it is imported

    hush_ray()
    cores = max(usable_cores(), math.ceil((wanted.slots or 0) * wanted.cpus))
    # A SIGTERM to the whole group (timeout, systemd, Slurm) must not end Ray before we have ended the search: its
    # processes inherit this mask. Ray also takes the handler, which ends the program; we give it back.
    handler = signal.getsignal(signal.SIGTERM)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    watch = ClusterMonitor()
    try:
        context = ray.init(
            address="local",
            num_cpus=cores,
            include_dashboard=True,
            dashboard_host="127.0.0.1",
            log_to_driver=False,
            logging_level="ERROR",
        )
    except SystemExit:  # Ray's handler has met a SIGTERM
        watch.end()
        ray.shutdown()
        raise Interrupted("interrupted while Ray started; nothing was searched") from None
    except Exception as error:  # Ray raises bare exceptions here; nothing of ours has run yet
        watch.end()
        ray.shutdown()
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
        gpus = shared_gpus(wanted)
        shared = _share(wanted, cores, gpus_of(resources, wanted), shared=gpus is not None)
        yield Cluster(shared, url, watch, lambda: shared.count, gpus=gpus, gpu_model=wanted.gpu_model)
    finally:
        watch.rest()
        # A reference to a Ray object that dies later, on whatever thread collects it, would end the whole process.
        gc.collect()
        ray.shutdown()
        watch.end()


def prepare_ray(*, on_loopback: bool = True) -> None:
    """Sets Ray up. To be called before anything imports it, on whatever thread.

    Args:
        on_loopback: it is one of our own, and not a cluster of several machines.

    Raises:
        UsageError: the environment takes Ray's token away. Whoever reaches Ray's ports without one could run code as
            this user, be it another user of this machine.
    """
    for name, value in {**SETTINGS, **(ON_LOOPBACK if on_loopback else {})}.items():
        os.environ.setdefault(name, value)
    if (mode := os.environ["RAY_AUTH_MODE"]).lower() != "token":
        raise UsageError(
            f"RAY_AUTH_MODE must be 'token' or not be set, not {mode!r}: without its token Ray runs code for anybody "
            "who reaches its ports; take it out of the environment (unset RAY_AUTH_MODE)"
        )


def hush_ray() -> None:
    """Keeps what Ray's processes say of themselves, such as that a node has died, off the screen.

    It would stand among the search's own lines, which tell of the trials that it hits. `log_to_driver` is for the
    output of workers only, and Ray has no setting for this.
    """
    from ray._private import worker  # noqa: PLC0415 - reads the settings when it is imported

    worker.print_to_stdstream = lambda *_args, **_kwargs: None


def shared_gpus(wanted: ResourceRequest) -> Callable[[], Iterable[Gpu]] | None:
    """Tells the GPUs of the Ray that runs, where trials can share them; None where each trial gets what all get."""
    from automl.cluster.gpu import GpuDiscovery  # noqa: PLC0415 - Ray reads its settings when it is imported

    look = GpuDiscovery(wanted)
    return look.gpus if wanted.gpus is None and look.knows_all() else None


def gpus_of(resources: Mapping[str, float], wanted: ResourceRequest) -> float:
    """How many GPUs there are, of the model that is wanted.

    Raises:
        UsageError: there are none of it.
    """
    if wanted.gpu_model is not None and f"{MODEL_MARK}{wanted.gpu_model}" not in resources:
        there = ", ".join(name.removeprefix(MODEL_MARK) for name in resources if name.startswith(MODEL_MARK)) or "none"
        raise UsageError(
            f"resources.gpu_model must be a model of GPU that this machine has ({there}), not {wanted.gpu_model!r}"
        )
    return resources.get("GPU", 0.0)


def _share(wanted: ResourceRequest, all_cores: float, all_gpus: float, *, shared: bool) -> Slots:
    """A GPU for each trial where there are GPUs, or a part of one; else as many trials as cores allow."""
    each_gpu = wanted.gpus if wanted.gpus is not None else (1.0 if all_gpus else 0.0)
    least_gpu = SHARES[0] if shared else each_gpu
    room = int(min(all_cores / wanted.cpus, all_gpus / least_gpu if least_gpu else float("inf")))
    if room < 1:
        raise UsageError(
            f"a trial must fit this machine, which has {all_cores:g} cores and {all_gpus:g} GPUs, but it is to have "
            f"{wanted.cpus:g} and {each_gpu:g}; lower resources.cpus_per_trial or resources.gpus_per_trial"
        )
    return Slots(min(room, wanted.slots or room), wanted.cpus, each_gpu)
