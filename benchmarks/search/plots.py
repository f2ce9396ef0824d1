"""Pictures of the runs, one file a data set: best score, epochs and trials against the wall-clock."""

from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from benchmarks.search.contenders import CONTENDERS
from benchmarks.search.results import Results, Run

Steps = list[tuple[float, float]]

PANELS: dict[str, Callable[[Run], Steps]] = {
    "best validation accuracy so far": lambda run: run.best_so_far,
    "epochs trained, all trials": lambda run: [(0.0, 0.0), *run.epochs_so_far],
    "trials ended": lambda run: [(0.0, 0.0), *run.ends_so_far],
}

POINTS = 400
COLOURS = mpl.colormaps["tab10"]


def draw(results: Results, folder: Path) -> list[Path]:
    """Writes the pictures to `folder`; lines are medians over seeds, bands go from the least to the most."""
    folder.mkdir(parents=True, exist_ok=True)
    return [_draw(results, dataset, folder / f"search-{dataset}.png") for dataset in results.datasets]


def _draw(results: Results, dataset: str, path: Path) -> Path:
    figure = Figure(figsize=(14, 4.4), layout="constrained")
    for axes, (title, steps) in zip(figure.subplots(1, len(PANELS)), PANELS.items(), strict=True):
        for name in results.contenders:
            if runs := results.of(dataset, name):
                _line(axes, name, [steps(run) for run in runs], results.seconds)
        axes.set(title=title, xlabel="seconds since the command", xlim=(0, results.seconds))
        axes.grid(alpha=0.3)
    handles, labels = figure.axes[1].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False)
    seeds = len(results.seeds)
    figure.suptitle(f"{dataset}, {results.slots} slots, {seeds} seed{'s' if seeds > 1 else ''}")
    figure.savefig(path, dpi=80)
    return path


def _line(axes: Axes, name: str, all_steps: list[Steps], seconds: float) -> None:
    times = np.linspace(0, seconds, POINTS)
    values = np.array([_at(times, steps) for steps in all_steps])
    shown = np.isfinite(values).sum(axis=0) * 2 > len(values)  # where most seeds have a value
    if not shown.any():
        return
    number = list(CONTENDERS).index(name)
    middle, low, high = (function(values[:, shown], axis=0) for function in (np.nanmedian, np.nanmin, np.nanmax))
    wide = 2.4 if name == "ours" else 1.5
    axes.plot(
        times[shown], middle, drawstyle="steps-post", color=COLOURS(number), lw=wide, label=CONTENDERS[name].title
    )
    if len(values) > 1:
        axes.fill_between(times[shown], low, high, step="post", color=COLOURS(number), alpha=0.15, lw=0)


def _at(times: NDArray[np.float64], steps: Steps) -> NDArray[np.float64]:
    """The value of a step function at `times`; NaN before its first step."""
    if not steps:
        return np.full_like(times, np.nan)
    seconds, values = np.array(steps).T
    places = np.searchsorted(seconds, times, side="right") - 1
    return np.where(places >= 0, values[places], np.nan)
