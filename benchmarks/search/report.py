"""Renders results as Markdown with pictures: `python -m benchmarks.search.report DIR [FILE]`.

Without FILE the report lies in DIR. In a FILE that exists, only what stands between its two marks is written anew.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from benchmarks.search.plots import draw
from benchmarks.search.results import Results, read_results
from benchmarks.search.table import markdown

BEGIN, END = "<!-- search: written by benchmarks/search -->", "<!-- end of search -->"

HOW_TO_READ = """\
Times run from the start of the command, with imports and tokenization. A first result is the first score that is
told. Ours begins with a look at 128 validation rows, after 1/81 of a trial, which counts as a first result and as
nothing else: all other scores are of the whole validation split. Epochs count the training examples of all trials up
to the last evaluation of each; what was trained after it is nobody's. Trials that ended were completed or stopped
early. (a) is Ray Tune in either form; ratios are to the better one of its two medians, and its best score is the best
that either form reached with the same seed; "never" means within the time. Test accuracy is of the model that the
search hands over, scored by the same code for all.

Peers train with transformers' `Trainer` as its guides do; their events are noted in the process that trains, before the
engine itself hears of them. Ours is the command as a user types it, and an event counts when its line is printed."""


def render(folder: Path, file: Path | None = None) -> str:
    """Writes report, JSON and pictures, and gives the report's text."""
    results, file = read_results(folder), file or folder / "RESULTS.md"
    pictures = draw(results, file.parent / "plots")
    shown = "\n".join(f"![{path.stem}](plots/{path.name})" for path in pictures)
    parts = ["## Search side by side", _setting(results), markdown(results), HOW_TO_READ, shown]
    part = "\n\n".join([BEGIN, *parts, END])
    file.write_text(_within(file.read_text() if file.exists() else f"# Results\n\n{BEGIN}{END}\n", part))
    if file.parent != folder:
        (file.parent / "search.json").write_text(json.dumps(asdict(results)) + "\n")
    return markdown(results)


def _setting(results: Results) -> str:
    seeds = len(results.seeds)
    begin = (
        "all begin with the space's default point" if results.defaults_first else "only ours begins with its default"
    )
    varies = "only the optimizer's parameters vary" if results.one_architecture else "the architecture varies too"
    return (
        f"{results.machine}. {results.seconds:g} s a search, {seeds} seed{'s' if seeds > 1 else ''}, taking turns; "
        f"{results.slots} slots of one thread; at most {results.epochs} epochs a trial; {varies}; "
        f"{begin}."
    )


def _within(text: str, part: str) -> str:
    before, _, rest = text.partition(BEGIN)
    return before + part + rest.partition(END)[2]


def main() -> None:
    """Renders again what was run before."""
    folder, *file = map(Path, sys.argv[1:])
    print(render(folder, *file))


if __name__ == "__main__":
    main()
