"""What MLflow costs a trial: our writer's batches against one call for each value, on SQLite.

    python -m benchmarks.engine.tracking [--trials 50]

A trial has 12 parameters, 10 evaluations and what it cost, 60 values in all. Each way records the same of it, in a
database of its own.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable

from automl.tracking.mlflow import quieten_mlflow


def timed(record: Callable[[int], None], trials: int) -> list[float]:
    """The seconds of each trial."""
    spent = []
    for number in range(trials):
        started = time.perf_counter()
        record(number)
        spent.append(time.perf_counter() - started)
    return spent


def main() -> None:
    """Records the trials in all ways, and prints a row for each."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--trials", type=int, default=50)
    trials: int = parser.parse_args().trials
    quieten_mlflow()
    from benchmarks.engine import ways_to_track as ways  # noqa: PLC0415 - MLflow reads its settings when it is imported

    print(f"| {ways.SIZE} | ms, median (range) |\n|---|---:|")
    with tempfile.TemporaryDirectory() as place:
        for count, (name, way) in enumerate(ways.WAYS.items()):
            with way(ways.database(f"{place}/{count}.db")) as record:
                spent = timed(record, trials)
            low, middle, high = (1000 * value for value in (min(spent), statistics.median(spent), max(spent)))
            print(f"| {name} | {middle:.1f} ({low:.1f} to {high:.1f}) |", flush=True)


if __name__ == "__main__":
    main()
