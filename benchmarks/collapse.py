"""How many trials of each default space collapse: they end with the same answer for every text.

    python -m benchmarks.collapse [--spaces encoder ...] [--trials 20] [--epochs 3] [--rows all] [--length 256]

Each space is searched as a user searches it, but for points drawn at random and trials that nobody stops. A trial has
collapsed if its last evaluation tells texts apart no better than a constant does. It prints a row for each space, with
the 95% interval of Wilson for the share of such trials, and the learning rates of those that collapsed.
"""

import argparse
import tempfile
from collections.abc import Sequence

import automl
from automl.core import TrialRecord
from automl.selection.uncertainty import wilson_interval

SPACES = ("encoder", "transformer", "subnet", "trimmed", "finetune", "lora")
"""The spaces whose trials are trained step by step."""

WANTED = 0.2
"""At most this share of the trials of any default space may collapse."""


def trials_of(space: str, options: argparse.Namespace) -> list[TrialRecord]:
    """The trials of a search of `space` that were drawn at random and have spent their whole budget."""
    with tempfile.TemporaryDirectory() as workspace:
        found = automl.search(
            options.corpus,
            space=space,
            sampler="random",
            pruner="none",
            trials=options.trials + 1,  # trial 0 is the default
            epochs=options.epochs,
            ensemble="off",
            confirm="off",
            seed=options.seed,
            workspace=workspace,
            settings={"data.max_length": options.length, "data.search_rows": options.rows},
            progress=False,
        )
    return [trial for trial in found.record.trials if trial.number and trial.fraction == 1]


def row(space: str, trials: Sequence[TrialRecord]) -> str:
    """One row of the table; the interval decides, so a few trials may decide nothing."""
    if not trials:
        return f"| {space} | no trial spent its budget | | | |"
    collapsed = [trial for trial in trials if trial.evaluations[-1].is_constant]
    low, high = wilson_interval(len(collapsed), len(trials))
    rates = ", ".join(f"{_learning_rate(trial):.1e}" for trial in collapsed)
    verdict = "met" if high <= WANTED else "missed" if low > WANTED else "undecided"
    return f"| {space} | {len(collapsed)} of {len(trials)} | {low:.0%} to {high:.0%} | {verdict} | {rates} |"


def _learning_rate(trial: TrialRecord) -> float:
    found = (value for name, value in trial.params.items() if name.endswith("optimizer.learning_rate"))
    return float(next(found))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--corpus", default="bbc-news")
    parser.add_argument("--spaces", nargs="+", default=SPACES)
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument("--epochs", type=float, default=3.0)
    parser.add_argument("--rows", default="all", help="training rows: a number or all")
    parser.add_argument("--length", type=int, default=256, help="most tokens of a text")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print("| space | collapsed | 95% interval | at most a fifth | their learning rates |")
    print("|---|---:|---:|---|---|", flush=True)
    for space in options.spaces:
        print(row(space, trials_of(space, options)), flush=True)


if __name__ == "__main__":
    main()
