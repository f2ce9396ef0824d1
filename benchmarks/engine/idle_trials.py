"""What a trial costs that does no work: asked for, placed by Ray on a worker that is reused, reported, and ended.

    python -m benchmarks.engine.idle_trials [--trials 1000] [--after 0] [--slots 2] [--work 0.0]
                                            [--postgresql | --storage URL]

Prints the wall time of each trial over windows of a tenth of all trials, and the share of the slots' time in which
they worked; with `--work 1` each trial sleeps for a second. `--after 10000` has so many trials in the study before, put
there without Ray. Neither they nor Ray's start are counted.
"""

import argparse
import itertools
import statistics
import tempfile
import time
from pathlib import Path

import psutil

from automl.cluster import HangDetector, ResourceRequest, prepare_ray, start_local_cluster
from automl.cluster.gpu import MemoryEstimator
from automl.core import Event, TrialEnded
from automl.storage import StudyStore
from benchmarks.engine import databases
from benchmarks.engine.bookkeeping import open_ledger, run_one


def main() -> None:
    """Runs the trials, and prints a row for each window."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--trials", type=int, default=1_000)
    parser.add_argument("--after", type=int, default=0, help="trials that the study has before")
    parser.add_argument("--slots", type=int, default=2)
    parser.add_argument("--work", type=float, default=0.0, help="seconds that each trial sleeps")
    databases.add_options(parser)
    options = parser.parse_args()
    prepare_ray()
    from automl.cluster import run_search  # noqa: PLC0415 - Ray has read its settings by now
    from benchmarks.engine.idle_actor import IdleActor, NoData  # noqa: PLC0415

    ends: list[float] = []

    def tell(event: Event) -> None:
        if isinstance(event, TrialEnded):
            ends.append(time.perf_counter())

    with (
        tempfile.TemporaryDirectory() as place,
        databases.database(options, Path(place)) as url,
        start_local_cluster(ResourceRequest(slots=options.slots)) as cluster,
    ):
        store = StudyStore(url)
        trials = options.after + options.trials
        ledger = open_ledger(store, Path(place), trials, tell, budget=int(options.work * 1000))
        for count in range(options.after):
            run_one(ledger, count / options.after)
        ends.clear()
        run_search(ledger, NoData(), cluster, MemoryEstimator(1), HangDetector(), IdleActor)
        memory = psutil.Process().memory_info().rss / 2**20
        store.close()
    window = max(1, options.trials // 10)
    print("| trials | seconds a trial | slots busy |\n|---|---|---|")
    for last in range(2 * window, len(ends) + 1, window):
        seconds = (ends[last - 1] - ends[last - window - 1]) / window
        busy = f"{options.work / options.slots / seconds:.1%}" if options.work else ""
        print(f"| {last - window + 1} to {last} | {seconds:.4f} | {busy} |")
    steps = [after - before for before, after in itertools.pairwise(ends)]
    print(f"median between two ends {statistics.median(steps):.4f} s; memory of the driver {memory:.0f} MiB")


if __name__ == "__main__":
    main()
