"""Runs the command line as a user does, in a process of its own, and makes data small enough for a test."""

import csv
import os
import random
import subprocess
import sys
from pathlib import Path

TINY = (
    "text.vocabulary_size=[200, 300]",
    "architecture.depth={low: 1, high: 2}",
    "architecture.heads=[1, 2]",
    "architecture.head_width=16",
    "training.batch_size=[8, 16]",
)
"""Overrides that make every trial take a fraction of a second."""

GOOD = ("lovely", "charming", "bright", "moving", "witty", "warm", "superb", "honest", "clever", "tender")
BAD = ("dull", "clumsy", "tedious", "hollow", "bland", "stale", "noisy", "shallow", "lazy", "grim")
PLAIN = ("film", "story", "actor", "scene", "plot", "music", "hour", "screen", "end", "start", "people", "house")


def automl(*arguments: object, cwd: Path | None = None, timeout: float = 170, **settings: str):
    """The finished process of `automl ARGUMENTS`, with its output as text."""
    return subprocess.run(
        [sys.executable, "-m", "automl", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "COLUMNS": "140", **settings},
        capture_output=True,
        text=True,
        timeout=timeout,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def overrides(*extra: str, space: str = "encoder") -> list[str]:
    """The options for a space of tiny models, `encoder` or one that asks for the same, one of which is handed over."""
    alone = (f"space.name={space}", "search.ensemble=off")
    settings = (*alone, *(f"space.overrides.{override}" for override in (*TINY, *extra)))
    return [part for setting in settings for part in ("--set", setting)]


def write_reviews(path: Path, rows: int = 300, seed: int = 0, wrong: float = 0.0) -> Path:
    """A CSV of made-up reviews whose sentiment shows in a few words; the label is `wrong` in that share of them."""
    draw = random.Random(seed)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["review", "sentiment"])
        for row in range(rows):
            good = row % 2 == 0
            words = draw.choices(PLAIN, k=draw.randint(4, 12)) + draw.choices(GOOD if good else BAD, k=3)
            draw.shuffle(words)
            told = good != (wrong > 0 and draw.random() < wrong)
            writer.writerow([f"{' '.join(words)}, no {row}", "positive" if told else "negative"])
    return path
