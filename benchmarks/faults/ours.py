"""`automl search`, and `automl resume` after the kill, with models so small that a trial takes two or three seconds."""

import csv
import random
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks.faults.contender import SEED, SLOTS, TRIALS

STUDY = "ours"
PERCENT = {"1": 1, "11": 9, "33": 27, "67": 54, "100": 81}
TOLD = re.compile(r"\] trial (\d+) at (\d+)%: ")

SPACE = (
    "text.vocabulary_size=[200, 300]",
    "architecture.depth={low: 1, high: 2}",
    "architecture.heads=[1, 2]",
    "architecture.head_width=16",
    "training.batch_size=[8, 16]",
)
EPOCHS = 8

WORDS = (("lovely", "bright", "witty", "warm"), ("dull", "hollow", "stale", "grim"))
PLAIN = ("film", "story", "actor", "scene", "plot", "music", "hour", "screen", "people", "house")


class Ours:
    """The contender."""

    name = "transformer-automl"
    study = STUDY

    def command(self, folder: Path, *, again: bool) -> list[str]:
        """`search` the first time, then `resume`."""
        automl = [sys.executable, "-m", "automl"]
        if again:
            return [*automl, "resume", STUDY]
        limits = ["--trials", str(TRIALS), "--epochs", str(EPOCHS), "--slots", str(SLOTS), "--seed", str(SEED)]
        space = [part for override in SPACE for part in ("--set", f"space.overrides.{override}")]
        return [*automl, "search", "reviews.csv", "--space", "encoder", "--study", STUDY, *limits, *space]

    def prepare(self, folder: Path) -> None:
        """A CSV of made-up reviews, a fifth of them with the wrong label."""
        draw = random.Random(SEED)
        with (folder / "reviews.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["review", "sentiment"])
            for row in range(600):
                words = draw.choices(PLAIN, k=8) + draw.choices(WORDS[row % 2], k=2)
                label = row % 2 if draw.random() > 0.2 else 1 - row % 2
                writer.writerow([f"{' '.join(words)}, no {row}", ("positive", "negative")[label]])

    def database(self, folder: Path) -> Path:
        """The workspace's database."""
        return folder / "runs" / "studies.db"

    def evaluations(self, folder: Path, logs: list[Path]) -> list[tuple[str, int]]:
        """What the drivers told, line by line."""
        told = [found for log in logs for found in TOLD.findall(log.read_text(errors="replace"))]
        return [(number, PERCENT[share]) for number, share in told]

    def trial(self, number: int, params: Mapping[str, float]) -> str:
        """Its number, which never changes."""
        return str(number)
