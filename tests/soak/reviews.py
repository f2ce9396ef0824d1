"""Reviews that no model learns in full, so that trials differ and some are stopped early."""

import csv
import random
from pathlib import Path

from tests.integration.command import BAD, GOOD, PLAIN


def write_noisy_reviews(path: Path, rows: int = 600, seed: int = 0, wrong: float = 0.2) -> Path:
    """A CSV of made-up reviews; the label is `wrong` in that share of them."""
    draw = random.Random(seed)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["review", "sentiment"])
        for row in range(rows):
            good = row % 2 == 0
            words = draw.choices(PLAIN, k=draw.randint(4, 10)) + draw.choices(GOOD if good else BAD, k=2)
            draw.shuffle(words)
            told = good != (draw.random() < wrong)
            writer.writerow([f"{' '.join(words)}, no {row}", "positive" if told else "negative"])
    return path
