"""The table and the plot of what was measured."""

from pathlib import Path

from benchmarks.gpu.task import LENGTHS, SHAPES, flops_of

PEAK = 989e12
"""Dense bf16 products of an H100 or H200 (SXM), in operations a second, as its maker states them."""

BEST = "Trainer, no cuDNN"
Row = dict[str, object]


def table(found: list[Row]) -> str:
    """Texts a second, their ratio to `Trainer` without cuDNN's attention, and model FLOPs utilisation, in Markdown."""
    names = list(dict.fromkeys(str(row["contender"]) for row in found))
    lines = ["| texts | model | " + " | ".join(names) + " |", "|---" * (2 + len(names)) + "|"]
    for texts in _lengths(found):
        for shape in SHAPES:
            paces = {name: _pace(found, name, shape.name, texts) for name in names}
            cells = []
            for pace in paces.values():
                if pace is None:
                    cells.append("")
                    continue
                ratio = f" ({pace / paces[BEST]:.2f}x" if paces.get(BEST) else " ("
                cells.append(f"{pace:.0f}{ratio}, {100 * pace * flops_of(shape, texts) / PEAK:.1f}%)")
            lines.append(f"| {texts} | {shape.name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def plot(found: list[Row], card: str, path: Path) -> None:
    """Draw bars, one group for each model and length."""
    import matplotlib  # noqa: PLC0415

    matplotlib.use("Agg")
    from matplotlib import pyplot  # noqa: PLC0415

    names = list(dict.fromkeys(str(row["contender"]) for row in found))
    groups = [(shape.name, texts) for texts in LENGTHS for shape in SHAPES]
    figure, axes = pyplot.subplots(figsize=(11, 4.5), layout="constrained")
    width = 0.8 / max(1, len(names))
    for place, name in enumerate(names):
        heights = [_pace(found, name, *group) or 0.0 for group in groups]
        axes.bar([at + place * width for at in range(len(groups))], heights, width, label=name)
    middle = (len(names) - 1) * width / 2
    labels = [f"{model}\n{texts} texts" for model, texts in groups]
    axes.set_xticks([at + middle for at in range(len(groups))], labels, fontsize=8)
    axes.set_yscale("log")
    axes.set_ylabel("texts a second, training")
    axes.set_title(f"Trials on one GPU ({card}), texts of all of them together")
    axes.grid(axis="y", alpha=0.3)
    axes.legend(fontsize=8)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)


def _lengths(found: list[Row]) -> list[str]:
    return [texts for texts in LENGTHS if any(row["texts"] == texts for row in found)]


def _pace(found: list[Row], name: str, model: str, texts: str) -> float | None:
    for row in found:
        if (row["contender"], row["model"], row["texts"]) == (name, model, texts):
            pace = row["samples_per_second"]
            return None if pace is None else float(str(pace))
    return None
