"""Actors that are nowhere: Ray Tune's manager of actors, with a clock in the place of Ray.

Tune's loop, the searcher, the scheduler, the ledger and the database are the real ones. What is left out is what Ray
itself does for an actor and a call; the table has the same pool with real actors beside it, as far as a machine bears.
"""

import heapq
import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from ray.air.execution._internal.tracked_actor import TrackedActor
from ray.tune.execution import tune_controller

from automl.cluster import JOB, REPORT
from benchmarks.scale.work import Work

START_SECONDS = 0.01
"""A cluster's actors start side by side; here that would only blur the table."""


class PretendedActors:
    """What `TuneController` asks of `RayActorManager`, as far as it asks it."""

    mean_seconds = 10.0

    def __init__(self, resource_manager: object) -> None:
        """Resources are not looked at: the searcher counts the room."""
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._pending: dict[TrackedActor, dict[str, Any]] = {}
        self._work: dict[TrackedActor, Work] = {}
        self._calls: dict[TrackedActor, int] = {}
        self._rested: dict[TrackedActor, float] = {}
        self._idle: dict[TrackedActor, float] = {}
        self._live_actors_to_ray_actors_resources: dict[TrackedActor, tuple[None, None]] = {}

    @property
    def num_live_actors(self) -> int:
        return len(self._live_actors_to_ray_actors_resources)

    @property
    def num_pending_actors(self) -> int:
        return len(self._pending)

    @property
    def num_total_actors(self) -> int:
        return self.num_live_actors + self.num_pending_actors

    @property
    def num_actor_tasks(self) -> int:
        return len(self._due)

    def get_live_actors_resources(self) -> dict[str, float]:
        return {"CPU": float(self.num_live_actors)}

    def is_actor_started(self, tracked_actor: TrackedActor) -> bool:
        return tracked_actor in self._live_actors_to_ray_actors_resources

    def is_actor_failed(self, tracked_actor: TrackedActor) -> bool:
        return False

    def add_actor(self, cls: Any, kwargs: dict[str, Any], resource_request: Any, **callbacks: Any) -> TrackedActor:
        actor = TrackedActor(uuid4().int, **callbacks)
        self._pending[actor] = kwargs["config"]
        self._after(START_SECONDS, lambda: self._started(actor))
        return actor

    def remove_actor(self, tracked_actor: TrackedActor, kill: bool = False, stop_future: Any = None) -> bool:
        self._pending.pop(tracked_actor, None)
        was_live = self._live_actors_to_ray_actors_resources.pop(tracked_actor, None) is not None
        if was_live and tracked_actor._on_stop:
            self._after(0.0, lambda: tracked_actor._on_stop(tracked_actor))
        return was_live

    def schedule_actor_task(
        self,
        tracked_actor: TrackedActor,
        method_name: str,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
        on_result: Callable[[TrackedActor, Any], None] | None = None,
        on_error: Callable[[TrackedActor, Exception], None] | None = None,
        _return_future: bool = False,
    ) -> None:
        if method_name == "stop":
            return
        call = self._calls[tracked_actor] = self._calls.get(tracked_actor, 0) + 1
        seconds, now = 0.0, time.monotonic()
        if method_name == "reset":
            self._work[tracked_actor] = Work(args[0][JOB], self.mean_seconds)
        else:
            seconds = self._work[tracked_actor].next_seconds
            self._idle[tracked_actor] = now - self._rested.get(tracked_actor, now)
            self._rested[tracked_actor] = now + seconds  # a real actor rests from then on, whenever it is heard

        def answer() -> None:
            if self._calls.get(tracked_actor) == call and on_result is not None:
                on_result(tracked_actor, True if method_name == "reset" else self._trained(tracked_actor))

        self._after(seconds, answer)

    def clear_actor_task_futures(self, tracked_actor: TrackedActor) -> None:
        self._calls.pop(tracked_actor, None)

    def next(self, timeout: float | None = None) -> bool:
        """Waits for the next answer, as `RayActorManager.next` does."""
        wait = self._due[0][0] - time.monotonic() if self._due else timeout or 0.0
        if timeout is not None and wait > timeout:
            time.sleep(timeout)
            return False
        time.sleep(max(0.0, wait))
        if not self._due:
            return False
        heapq.heappop(self._due)[2]()
        return True

    def cleanup(self) -> None:
        self._due.clear()
        self._pending.clear()
        self._live_actors_to_ray_actors_resources.clear()

    def _after(self, seconds: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._due, (time.monotonic() + seconds, next(self._order), act))

    def _started(self, actor: TrackedActor) -> None:
        if (config := self._pending.pop(actor, None)) is None:
            return
        self._work[actor] = Work(config[JOB], self.mean_seconds)
        self._live_actors_to_ray_actors_resources[actor] = None, None
        if actor._on_start:
            actor._on_start(actor)

    def _trained(self, actor: TrackedActor) -> dict[str, Any]:
        work = self._work[actor]
        report = work.report(self._idle[actor])
        return {REPORT: report, "done": report.end is not None, "training_iteration": work.done}


@contextmanager
def no_actors(mean_seconds: float) -> Iterator[None]:
    """Has Tune use them for the block."""
    PretendedActors.mean_seconds = mean_seconds
    with patch.object(tune_controller, "RayActorManager", PretendedActors):
        yield
