"""What a trial of the default point scores, in fp32 and in bf16, and by its last weights alone, over several seeds.

    python -m benchmarks.throughput.scores [--seeds 3] [--epochs 3]

A lever that makes training faster must not make it worse. Prints the mean accuracy on the validation split at each
evaluation with its standard deviation over seeds.
"""

import argparse
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

import trials.training.optimization.weight_averaging
from benchmarks.throughput.task import Task, load_task
from trials.protocol import EVALUATION_STEPS, TrialJob, TrialReport
from trials.run import run_trial

FP32, BF16, LAST = "fp32", "bf16", "fp32, last weights alone"
SOURCES = "bbc-news,rotten-tomatoes"
NO_AVERAGE = 1e6
"""As the power of time by which weights count, it leaves the last ones only."""


def main() -> None:
    """Parses, trains, prints a row for each form."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=float, default=3.0, help="full budget of a trial")
    parser.add_argument("--sources", default=SOURCES, help=f"some of {SOURCES}")
    chosen = parser.parse_args()
    steps = EVALUATION_STEPS[1:]
    print(f"| texts | form | {' | '.join(f'at {step}/81' for step in steps)} |\n| --- | --- |{' ---: |' * len(steps)}")
    power = trials.training.optimization.weight_averaging.POWER
    with tempfile.TemporaryDirectory() as cache:
        for source in chosen.sources.split(","):
            task = load_task(source, "modernbert/mean", Path(cache))
            for form in (FP32, BF16, LAST):
                trials.training.optimization.weight_averaging.POWER = NO_AVERAGE if form == LAST else power
                runs = [accuracies(reports_of(task, form, seed, chosen.epochs)) for seed in range(chosen.seeds)]
                print(f"| {source} | {form} | {' | '.join(map(cell, zip(*runs, strict=True)))} |", flush=True)


def reports_of(task: Task, form: str, seed: int, epochs: float) -> list[TrialReport]:
    """All that one trial says."""
    with tempfile.TemporaryDirectory() as folder:
        job = TrialJob(
            number=0,
            point=task.point,
            seed=seed,
            budget_examples=round(epochs * len(task.data.train)),
            metric="accuracy",
            checkpoint=Path(folder) / "model",
            state=Path(folder) / "state",
            precision=BF16 if form == BF16 else FP32,
            device="cpu",
        )
        reports = list(run_trial(job, task.data))
    if reports[-1].cause:
        raise RuntimeError(reports[-1].cause)
    return reports


def accuracies(reports: Sequence[TrialReport]) -> list[float]:
    """Those on the whole validation split, evaluation by evaluation."""
    evaluations = (report.evaluation for report in reports)
    return [evaluation.metrics["accuracy"] for evaluation in evaluations if evaluation and not evaluation.is_look]


def cell(found: tuple[float, ...]) -> str:
    """Mean and standard deviation."""
    return f"{statistics.mean(found):.4f} ± {statistics.stdev(found) if len(found) > 1 else 0.0:.4f}"


if __name__ == "__main__":
    main()
