"""Whether a part of an encoder that is ahead after a little training is ahead after all of it."""

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from scipy.stats import kendalltau, spearmanr

from search_spaces import SPACES, Choice, Draw, Point, Space
from trials.data import DataOptions, load_dataset
from trials.data.encoding import encode
from trials.protocol import EVALUATION_STEPS, TrialEnd, TrialJob
from trials.run import run_trial

SHORT, FULL = (9, 27), 81
"""Steps of the budget: where a search compares trials first, and where they end."""

SHAPE = ("depth_share", "layers", "heads_share", "feed_forward_share")


def drawn_parts(count: int, longest: int) -> list[Point]:
    """Random parts of the default checkpoint, alike in all but their shape."""
    plain = Space("subnet", SPACES["subnet"])
    shape = {f"architecture.{name}" for name in SHAPE}
    fixed = {name: Choice((value,), value) for name, value in plain.defaults().items() if name not in shape}
    space = Space("subnet", plain.function, {**fixed, "text.longest": Choice((longest,), longest)})
    points = [space.ask(Draw(random.Random(seed))) for seed in range(count)]
    return [point for point in points if isinstance(point, Point)]


def trained(source: str, points: list[Point], epochs: float, seed: int, folder: Path) -> Iterator[list[float]]:
    """The accuracies of each part at the steps `SHORT` and `FULL` of its training, all on the same texts in turn."""
    dataset = load_dataset(DataOptions(source=source)).dataset
    data = encode(dataset, points[0].text, points[0].text.longest, folder)  # type: ignore[union-attr]
    budget = max(FULL, round(epochs * len(data.train)))
    for number, point in enumerate(points):
        place = folder / f"{number}"
        job = TrialJob(number, point, seed, budget, "accuracy", place / "model", place / "state", EVALUATION_STEPS)
        reports = list(run_trial(replace(job, precision="fp32"), data))
        if reports[-1].end is not TrialEnd.COMPLETED:
            print(f"part {number} ended as {reports[-1].end}, and is left out: {reports[-1].cause[-300:]}", flush=True)
            continue
        at = {report.evaluation.step: report.evaluation.metrics["accuracy"] for report in reports if report.evaluation}
        yield [at[step] for step in (*SHORT, FULL)]


def correlations(accuracies: list[list[float]]) -> Iterator[str]:
    """One line for each short training: how its order is like that of the full one."""
    full = [row[-1] for row in accuracies]
    for index, step in enumerate(SHORT):
        short = [row[index] for row in accuracies]
        rho, tau = spearmanr(short, full).statistic, kendalltau(short, full).statistic
        yield (
            f"{step}/{FULL} of the training against all of it, {len(full)} parts: "
            f"Spearman {rho:.2f}, Kendall tau-b {tau:.2f}"
        )
