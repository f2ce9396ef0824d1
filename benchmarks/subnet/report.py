"""The table and the picture: how accurate what each space finds is, for the time that it takes for a text."""

import math
import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from benchmarks.subnet.searches import Model, Searched

NEAR = 0.01
"""What is so little below the best accuracy of whole encoders is taken for as good."""

WHOLE = "finetune"

HEADINGS = (
    *("space", "seeds", "trials", "best validation accuracy"),
    *("winner on test", "winner, ms a text", "fastest near the best"),
)


def table(found: Sequence[Searched]) -> Iterator[str]:
    """One row a space: medians over seeds."""
    yield f"| {' | '.join(HEADINGS)} |"
    yield f"| --- |{' ---: |' * (len(HEADINGS) - 1)}"
    whole = [_best(one) for one in found if one.space == WHOLE]
    goal = statistics.median(whole or [max(map(_best, found))]) - NEAR
    for space in dict.fromkeys(one.space for one in found):
        own = [one for one in found if one.space == space]
        near = [model.milliseconds for one in own for model in one.models if model.accuracy >= goal]
        cells = [
            space,
            str(len(own)),
            f"{statistics.median([one.trials for one in own]):g}",
            f"{statistics.median([_best(one) for one in own]):.4f}",
            f"{statistics.median([one.test for one in own]):.4f}",
            f"{statistics.median([_winner(one) for one in own]):.1f}",
            f"{min(near):.1f} ms" if near else "none",
        ]
        yield f"| {' | '.join(cells)} |"
    yield ""
    against = f"`{WHOLE}`" if whole else "all"
    yield f"Near the best: a validation accuracy of {goal:.4f}, which is {NEAR} below the best of {against}."


def draw(found: Sequence[Searched], title: str, path: Path) -> None:
    """Every kept model as a dot, and a line through those of a space that nothing of it beats in both."""
    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.subplots()
    colours = mpl.colormaps["tab10"]
    for number, space in enumerate(dict.fromkeys(one.space for one in found)):
        models = [model for one in found if one.space == space for model in one.models]
        best = frontier(models)
        axes.scatter(
            [model.milliseconds for model in models], [model.accuracy for model in models],
            s=14, alpha=0.5, color=colours(number),
        )  # fmt: skip
        axes.step(
            [model.milliseconds for model in best], [model.accuracy for model in best],
            where="post", color=colours(number), label=space,
        )  # fmt: skip
    axes.set(xscale="log", title=title, xlabel="ms a text, one thread", ylabel="validation accuracy")
    axes.grid(alpha=0.3)
    axes.legend(frameon=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=80)


def frontier(models: Sequence[Model]) -> list[Model]:
    """Those that no other one beats in both accuracy and time, the fastest first."""
    kept: list[Model] = []
    for model in sorted(models, key=lambda model: (model.milliseconds, -model.accuracy)):
        if not kept or model.accuracy > kept[-1].accuracy:
            kept.append(model)
    return kept


def _best(one: Searched) -> float:
    return max((model.accuracy for model in one.models), default=0.0)


def _winner(one: Searched) -> float:
    """The winner's milliseconds; NaN where its only score was a look at a few texts."""
    return next((model.milliseconds for model in one.models if model.trial == one.winner), math.nan)
