"""Keeping a part of a pretrained encoder, against fine-tuning all of it and training from scratch, in the same time.

python -m benchmarks.subnet                                the whole of it: an hour
python -m benchmarks.subnet --seconds 60 --seeds 1 --parts 0    a short look at the searches
python -m benchmarks.subnet --seeds 0 --parts 6 --epochs 0.8    a short look at the ranks

First random parts are trained, to see whether short training ranks them as full training does; then each space is
searched for the same time, and every model that is kept is timed. The machine must have nothing else to do.
"""

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.search.machine import describe_machine
from benchmarks.subnet.ranks import FULL, SHORT, correlations, drawn_parts, trained
from benchmarks.subnet.report import draw, table
from benchmarks.subnet.searches import Searched, search
from trials.data import DataOptions, load_dataset

SPACES = ("subnet", "finetune", "encoder")

TIMED_TEXTS = 60
"""Texts of the test split that a model is timed on."""


def main() -> None:
    """Parses, measures, prints, and writes the table and the picture."""
    chosen = _arguments()
    lines = [f"`{chosen.source}`, {chosen.seconds:g} s a search. {describe_machine()}", ""]
    print(lines[0], flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(chosen.folder or temporary)
        lines += [*_ranks(chosen, folder / "parts"), ""]
        found = [one for one in _searches(chosen, folder) if one is not None]
    name = Path(chosen.source).stem
    if found:
        lines += table(found)
        draw(found, f"{name}, {chosen.seconds:g} s a search", chosen.output / f"subnet-{name}.png")
    chosen.output.mkdir(parents=True, exist_ok=True)
    (chosen.output / f"subnet-{name}.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n" + "\n".join(lines), flush=True)


def _ranks(chosen: argparse.Namespace, folder: Path) -> Iterator[str]:
    points = drawn_parts(chosen.parts, chosen.longest)
    accuracies = []
    for row in trained(chosen.source, points, chosen.epochs, 0, folder) if points else ():
        accuracies.append(row)
        steps = ", ".join(f"{value:.4f} at {step}" for value, step in zip(row, (*SHORT, FULL), strict=True))
        print(f"part {len(accuracies)} of {len(points)}: {steps}", flush=True)
    if len(accuracies) > 1:
        yield from correlations(accuracies)


def _searches(chosen: argparse.Namespace, folder: Path) -> Iterator[Searched | None]:
    texts = load_dataset(DataOptions(source=chosen.source)).dataset.test.texts[:TIMED_TEXTS] if chosen.seeds else ()
    for seed in range(chosen.seeds):
        for space in chosen.spaces.split(","):
            found = search(folder, chosen.source, space, seed, chosen.seconds, texts)
            if found is not None:
                print(f"{space}, seed {seed}: {found.trials} trials, test {found.test:.4f}", flush=True)
                for model in found.models:
                    print(f"  trial {model.trial}: {model.accuracy:.4f}, {model.milliseconds:.2f} ms", flush=True)
            yield found


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.subnet", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--source", default="bbc-news", help="a corpus or a data file (bbc-news)")
    parser.add_argument("--seconds", type=float, default=180.0, help="time of each search (180)")
    parser.add_argument("--seeds", type=int, default=3, help="searches of each space (3)")
    parser.add_argument("--spaces", default=",".join(SPACES), help=f"some of {', '.join(SPACES)}")
    parser.add_argument("--parts", type=int, default=10, help="random parts whose ranks are compared (10)")
    parser.add_argument("--epochs", type=float, default=2.0, help="their full training (2)")
    parser.add_argument("--longest", type=int, default=64, help="tokens that they read of a text (64)")
    parser.add_argument("--output", type=Path, default=Path("benchmarks/plots"), help="where table and picture go")
    parser.add_argument("--folder", default="", help="keep the studies there (a temporary folder)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
