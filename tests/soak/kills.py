"""What is done to a study, by name. Each kill says whether there was anything to strike."""

import random
import signal
import time
from collections.abc import Callable
from typing import TypeAlias

import psutil

from tests.soak.command import Driver
from tests.soak.scene import STUDY, Scene

SHORTEST_AWAY, LONGEST_AWAY = 0.3, 6.0
"""Seconds for which PostgreSQL stays down."""

Kill: TypeAlias = Callable[[Scene, random.Random], bool]


def kill_driver(scene: Scene, draw: random.Random) -> bool:
    """SIGKILL to one `automl` process."""
    return _signal(scene, draw, signal.SIGKILL, "driver")


def interrupt(scene: Scene, draw: random.Random) -> bool:
    """Ctrl-C for one driver."""
    return _signal(scene, draw, signal.SIGINT, "sigint")


def terminate(scene: Scene, draw: random.Random) -> bool:
    """SIGTERM to one driver."""
    return _signal(scene, draw, signal.SIGTERM, "sigterm")


def kill_worker(scene: Scene, draw: random.Random) -> bool:
    """SIGKILL to one of Ray's workers."""
    return _strike(scene, draw, "ray::TrialActor")


def kill_trainer(scene: Scene, draw: random.Random) -> bool:
    """SIGKILL to one process that trains, as the system does it when memory is short."""
    return _strike(scene, draw, "automl-trial")


def kill_forks(scene: Scene, draw: random.Random) -> bool:
    """SIGKILL to the server that forks them."""
    return _strike(scene, draw, "automl-forks")


def kill_raylet(scene: Scene, draw: random.Random) -> bool:
    """SIGKILL to the raylet of a driver's own node."""
    return _strike(scene, draw, "raylet", doom="raylet")


def kill_gcs(scene: Scene, draw: random.Random) -> bool:
    """SIGKILL to the control store of a driver's own Ray."""
    return _strike(scene, draw, "gcs_server", doom="gcs")


def kill_mlflow(scene: Scene, _draw: random.Random) -> bool:
    """SIGKILL to MLflow's server, which is started again and needs some seconds to come up."""
    if scene.mlflow is None:
        return False
    scene.mlflow.kill()
    scene.mlflow.start()
    return True


def stop_postgres(scene: Scene, draw: random.Random) -> bool:
    """An immediate stop of PostgreSQL, and a start some seconds later."""
    if scene.postgres is None:
        return False
    scene.postgres.stop_at_once()
    time.sleep(draw.uniform(SHORTEST_AWAY, LONGEST_AWAY))
    scene.postgres.start()
    scene.note_outage()
    return True


def cut_connections(scene: Scene, _draw: random.Random) -> bool:
    """`pg_terminate_backend` for every connection to the study's database."""
    if scene.postgres is None:
        return False
    cut = scene.postgres.cut_connections(STUDY)
    scene.note_outage()
    return cut > 0


KILLS: dict[str, Kill] = {
    "driver": kill_driver,
    "worker": kill_worker,
    "trainer": kill_trainer,
    "forks": kill_forks,
    "raylet": kill_raylet,
    "gcs": kill_gcs,
    "sigint": interrupt,
    "sigterm": terminate,
    "mlflow": kill_mlflow,
    "postgres": stop_postgres,
    "connections": cut_connections,
}


def _signal(scene: Scene, draw: random.Random, number: signal.Signals, doom: str) -> bool:
    living = [driver for driver in scene.drivers if driver.alive and driver.doom is None]
    if not living:
        return False
    driver = draw.choice(living)
    driver.remember_family()
    driver.condemn(doom)
    driver.send(number)
    return True


def _strike(scene: Scene, draw: random.Random, name: str, doom: str | None = None) -> bool:
    """Kills one process of that name; the driver that loses it may end for it if `doom` says so."""
    found: list[tuple[Driver, psutil.Process]] = [
        (driver, process) for driver in scene.drivers if driver.doom is None for process in driver.named(name)
    ]
    if not found:
        return False
    driver, process = draw.choice(found)
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return False
    if doom is not None:
        driver.condemn(doom)
    return True
