"""A driver with 8, 64 and 256 slots: how idle they are, what the driver and its database do, and where it bends.

    python -m benchmarks.scale [--slots 8,64,256] [--mean 10] [--trials-per-slot 12] [--actors] [--postgresql]

Trials take as long as those of a real search, scaled to a mean of `--mean` seconds, report five times, and are stopped
early by `asha`, so that most are shorter. By default no actor runs (`benchmarks/scale/pretended.py`); with `--actors`
each slot is a real Ray actor that sleeps, which takes 0.1 GB of memory and 2 s of CPU to start.
"""

import argparse
import os
import tempfile
import time
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

import psutil
from sqlalchemy import event
from sqlalchemy.engine import Engine

from automl.cluster import HangDetector, ResourceRequest, Slots, prepare_ray, start_local_cluster
from automl.cluster.gpu import MemoryEstimator
from automl.core import Event, StopReason, TrialEnded, TrialEvaluated
from automl.engine import TrialManager
from automl.storage import StudyStore
from benchmarks.engine import databases
from benchmarks.engine.bookkeeping import open_ledger
from benchmarks.scale.work import IDLE

HEAD = (
    "| slots | trials | mean trial, s | idle | trials a second | driver's CPU | SQL statements a trial | SQL's share |"
)


@dataclass
class Seen:
    """What happens in the window that counts: after two trials a slot, and before there are no more to begin."""

    first: int
    last: int
    spent: dict[int, float] = field(default_factory=dict)
    ended: int = 0
    worked: float = 0.0
    idle: float = 0.0
    statements: int = 0
    sql_seconds: float = 0.0
    began: float = 0.0
    cpu_began: float = 0.0
    wall: float = 0.0
    cpu: float = 0.0

    @property
    def counts(self) -> bool:
        """Whether the window is open."""
        return self.first <= self.ended < self.last

    def tell(self, news: Event) -> None:
        """Adds up what slots have worked, and how long they had nothing to do before."""
        if isinstance(news, TrialEvaluated):
            spent = news.evaluation.seconds
            if self.counts:
                self.worked += spent - self.spent.get(news.number, 0.0)
                self.idle += news.evaluation.metrics[IDLE]
            self.spent[news.number] = spent
        if isinstance(news, TrialEnded):
            self.ended += 1
            if self.ended == self.first:
                self.began, self.cpu_began = time.monotonic(), _cpu()
            if self.ended == self.last:
                self.wall, self.cpu = time.monotonic() - self.began, _cpu() - self.cpu_began

    def row(self, slots: int) -> str:
        """One line of the table."""
        trials = self.last - self.first
        idle = self.idle / (self.idle + self.worked)
        return (
            f"| {slots} | {trials} | {self.worked / trials:.1f} | {idle:.1%} | {trials / self.wall:.2f} "
            f"| {self.cpu / self.wall:.0%} | {self.statements / trials:.1f} | {self.sql_seconds / self.wall:.1%} |"
        )


def main() -> None:
    """Prints a row for each pool."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.scale", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--slots", default="8,64,256")
    parser.add_argument("--mean", type=float, default=10.0, help="seconds of a trial that is not stopped early (10)")
    parser.add_argument("--trials-per-slot", type=int, default=12)
    parser.add_argument("--actors", action="store_true", help="real Ray actors")
    databases.add_options(parser)
    options = parser.parse_args()
    print(f"{HEAD}\n|{'---|' * (HEAD.count('|') - 1)}", flush=True)
    for slots in map(int, options.slots.split(",")):
        print(measured(options, slots).row(slots), flush=True)


def measured(options: argparse.Namespace, slots: int) -> Seen:
    """One search on a pool of so many slots."""
    prepare_ray()
    os.environ["AUTOML_SCALE_MEAN_SECONDS"] = str(options.mean)
    from automl.cluster import run_search  # noqa: PLC0415 - Ray has read its settings by now
    from benchmarks.engine.idle_actor import NoData  # noqa: PLC0415
    from benchmarks.scale.actor import SleepingActor  # noqa: PLC0415
    from benchmarks.scale.pretended import no_actors  # noqa: PLC0415

    trials = slots * options.trials_per_slot
    seen = Seen(first=2 * slots, last=trials - 2 * slots)
    with (
        tempfile.TemporaryDirectory() as place,
        databases.database(options, Path(place)) as url,
        start_local_cluster(ResourceRequest(slots=slots if options.actors else 1)) as cluster,
        nullcontext() if options.actors else no_actors(options.mean),
    ):
        pool = replace(cluster, slots=Slots(slots, 1.0, 0.0), capacity=lambda: slots)
        store = StudyStore(url)
        ledger = open_ledger(store, Path(place), trials, lambda news: _told(seen, news, ledger))
        _count_statements(seen)
        run_search(ledger, NoData(), pool, MemoryEstimator(1), HangDetector(), SleepingActor)
        store.close()
    return seen


def _told(seen: Seen, news: Event, ledger: TrialManager) -> None:
    seen.tell(news)
    if seen.ended == seen.last:
        ledger.stop(StopReason.REQUESTED)  # the longest trials would only be waited for


def _count_statements(seen: Seen) -> None:
    began: list[float] = []

    @event.listens_for(Engine, "before_cursor_execute")
    def _before(*_: object) -> None:
        began.append(time.perf_counter())

    @event.listens_for(Engine, "after_cursor_execute")
    def _after(*_: object) -> None:
        seconds = time.perf_counter() - began.pop() if began else 0.0
        if seen.counts:
            seen.statements += 1
            seen.sql_seconds += seconds


def _cpu() -> float:
    times = psutil.Process().cpu_times()
    return times.user + times.system


if __name__ == "__main__":
    main()
