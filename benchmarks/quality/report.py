"""Renders the results: Markdown tables of scores and of paired differences, both with intervals, and a plot.

python -m benchmarks.quality.report DIR
"""

import math
import sys
from pathlib import Path
from statistics import fmean, stdev

import matplotlib as mpl
from matplotlib.figure import Figure

from benchmarks.quality.datasets import KINDS
from benchmarks.quality.environments import CONTENDERS
from benchmarks.quality.results import Results, read_results

OURS = "ours"
"""The contender that is compared with all others."""

T_975 = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262}
"""The 97.5% quantile of Student's distribution, by degrees of freedom."""


def half_width(scores: list[float], test_share: float) -> float | None:
    """Return half of the 95% interval of a mean over splits that share rows; None of fewer than two splits.

    The variance of re-splits is corrected for the rows that they share (Nadeau and Bengio, 2003).

    Args:
        scores: one score a split.
        test_share: number of test rows over the number of rows to learn from.
    """
    if len(scores) < 2:
        return None
    spread = stdev(scores) * math.sqrt(1 / len(scores) + test_share)
    return T_975.get(len(scores) - 1, 1.96) * spread


def table(results: Results) -> str:
    """Return the league table as Markdown."""
    names = [name for name in KINDS if any(turn.dataset == name for turn in results.turns)]
    head = " | ".join(f"{name} ({KINDS[name].metric})" for name in names)
    lines = [f"| | {head} | no model |", f"|---|{'---|' * (len(names) + 1)}"]
    for contender, what in CONTENDERS.items():
        turns = [turn for turn in results.turns if turn.contender == contender]
        if turns:
            failed = sum(turn.score is None for turn in turns)
            cells = " | ".join(_cell(results, name, contender) for name in names)
            lines.append(f"| {what.title} | {cells} | {failed} of {len(turns)} |")
    return "\n".join(lines)


def differences(results: Results) -> str:
    """Return by how much this project scores better than each other contender, on shared splits, as Markdown."""
    names = [name for name in KINDS if any(turn.dataset == name for turn in results.turns)]
    lines = [f"| better than | {' | '.join(names)} |", f"|---|{'---|' * len(names)}"]
    for contender in dict.fromkeys(turn.contender for turn in results.turns if turn.contender != OURS):
        cells = " | ".join(_difference(results, name, contender) for name in names)
        lines.append(f"| {CONTENDERS[contender].title} | {cells} |")
    return "\n".join(lines)


def _difference(results: Results, dataset: str, contender: str) -> str:
    """Return the mean difference with its interval; empty without a split on which both have a model."""
    ours, others = (_scores(results, dataset, name) for name in (OURS, contender))
    gains = [ours[split] - others[split] for split in sorted(ours.keys() & others.keys())]
    if not gains:
        return ""
    width = half_width(gains, KINDS[dataset].test / KINDS[dataset].train)
    gain = fmean(gains)
    sign = "-" if gain < 0 else "+"
    return sign + _plain(abs(gain)) + ("" if width is None else f" ± {_plain(width)}")


def _scores(results: Results, dataset: str, contender: str) -> dict[int, float]:
    """Return the scores of a contender by split."""
    return {turn.split: turn.score for turn in results.of(dataset, contender) if turn.score is not None}


def _cell(results: Results, dataset: str, contender: str) -> str:
    turns = results.of(dataset, contender)
    scores = [turn.score for turn in turns if turn.score is not None]
    if not turns:
        return ""
    if not scores:
        return f"no model in {fmean(turn.seconds for turn in turns) / 60:.1f} min"
    width = half_width(scores, KINDS[dataset].test / KINDS[dataset].train)
    interval = "" if width is None else f" ± {_plain(width)}"
    best = fmean(scores) == max(_means(results, dataset))
    score = f"**{_plain(fmean(scores))}**" if best else _plain(fmean(scores))
    return f"{score}{interval}, {fmean(turn.seconds for turn in turns) / 60:.1f} min"


def _means(results: Results, dataset: str) -> list[float]:
    means = []
    for contender in CONTENDERS:
        scores = [turn.score for turn in results.of(dataset, contender) if turn.score is not None]
        if scores:
            means.append(fmean(scores))
    return means


def _plain(score: float) -> str:
    return f"{score:.3f}".removeprefix("0")


def draw(results: Results, path: Path) -> None:
    """Write a plot of all scores: a panel for each data set, a row for each contender, a dot for each split."""
    names = [name for name in KINDS if any(turn.dataset == name for turn in results.turns)]
    shown = [name for name in CONTENDERS if any(turn.contender == name for turn in results.turns)]
    figure = Figure(figsize=(2.2 + 2.6 * len(names), 1.2 + 0.42 * len(shown)), layout="constrained")
    panels = figure.subplots(1, len(names), sharey=True, squeeze=False)[0]
    for axes, name in zip(panels, names, strict=True):
        for row, contender in enumerate(shown):
            scores = [turn.score for turn in results.of(name, contender) if turn.score is not None]
            colour = mpl.colormaps["tab10"](0 if contender == OURS else 7)
            axes.plot(scores, [row] * len(scores), "o", color=colour, alpha=0.5, markersize=5)
            if scores:
                axes.plot([fmean(scores)], [row], "|", color=colour, markersize=16, markeredgewidth=2.5)
        axes.set(title=name, xlabel=KINDS[name].metric.replace("_", " "))
        axes.grid(alpha=0.3)
    panels[0].set_yticks(range(len(shown)), [CONTENDERS[name].title for name in shown])
    panels[0].invert_yaxis()
    figure.savefig(path, dpi=90)


def main() -> None:
    """Print both tables, and write the plot beside the results."""
    folder = Path(sys.argv[1])
    results = read_results(folder)
    print(f"{table(results)}\n\n{differences(results)}")
    draw(results, folder / "league.png")


if __name__ == "__main__":
    main()
