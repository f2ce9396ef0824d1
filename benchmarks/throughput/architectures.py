"""What families and first weights score on a short budget, each at the default point's sizes, and how fast they train.

    python -m benchmarks.throughput.architectures [--seeds 3] [--epochs 2] [--encoders modernbert/mean,bert/cls]
        [--initializations normal,fan_in] [--length 128] [--sources bbc-news]

Prints the mean accuracy on the validation split at each evaluation with its standard deviation over seeds. Speed counts
the processor's time alone, evaluations included, so that a busy machine tells the same.
"""

import argparse
import tempfile
import time
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

from benchmarks.throughput.scores import FP32, SOURCES, accuracies, cell, reports_of
from benchmarks.throughput.task import load_task
from search_spaces.spaces import ENCODERS, INITIALIZATIONS
from trials.protocol import EVALUATION_STEPS


def main() -> None:
    """Parses, trains, prints a row for each family and each way to draw its weights."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=float, default=2.0, help="full budget of a trial")
    parser.add_argument("--length", type=int, help="tokens kept of a text; as a search would if it is not said")
    parser.add_argument("--sources", default=SOURCES, help=f"some of {SOURCES}")
    parser.add_argument("--encoders", default=",".join(ENCODERS), help=f"some of {','.join(ENCODERS)}")
    parser.add_argument("--cache", type=Path, help="keeps tokenized texts for the next time")
    every = ",".join(INITIALIZATIONS)
    parser.add_argument("--initializations", default=every, help=f"some of {every}")
    chosen = parser.parse_args()
    steps = EVALUATION_STEPS[1:]
    shown = " | ".join(f"at {step}/81" for step in steps)
    print(
        f"| texts | encoder | first weights | {shown} | texts/s |\n| --- | --- | --- |{' ---: |' * (len(steps) + 1)}",
        flush=True,
    )
    with nullcontext(chosen.cache) if chosen.cache else tempfile.TemporaryDirectory() as cache:
        for source in chosen.sources.split(","):
            for encoder in chosen.encoders.split(","):
                task = load_task(source, encoder, Path(cache), chosen.length)
                for how in chosen.initializations.split(","):
                    architecture = replace(task.point.architecture, initialization=how)
                    tried = replace(task, point=replace(task.point, architecture=architecture))
                    begun = time.process_time()
                    runs = [reports_of(tried, FP32, seed, chosen.epochs) for seed in range(chosen.seeds)]
                    rate = sum(run[-1].cost.examples for run in runs) / (time.process_time() - begun)
                    scores = " | ".join(map(cell, zip(*map(accuracies, runs), strict=True)))
                    print(f"| {source} | {encoder} | {how} | {scores} | {rate:.0f} |", flush=True)


if __name__ == "__main__":
    main()
