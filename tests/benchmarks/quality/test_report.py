from pathlib import Path

import pytest

from benchmarks.quality.report import differences, draw, half_width, table
from benchmarks.quality.results import Results, Turn, read_results

TURNS = [
    *(Turn("ours", "short", number, 0.80 + number / 100, 80, 100, 170.0) for number in range(3)),
    *(Turn("tfidf", "short", number, 0.75, 75, 100, 3.0) for number in range(3)),
    Turn("flaml", "short", 0, None, 0, 100, 200.0, "it was stopped after 200 s"),
]


def test_the_interval_of_re_splits_counts_the_rows_that_they_share() -> None:
    assert half_width([0.80, 0.81, 0.82], 0.25) == pytest.approx(4.303 * 0.01 * (1 / 3 + 0.25) ** 0.5)
    assert half_width([0.8], 0.25) is None


def test_the_best_mean_is_marked_and_failures_are_counted(tmp_path: Path) -> None:
    results = Results("a machine", 3.0, TURNS)
    results.write(tmp_path)
    lines = table(read_results(tmp_path)).splitlines()
    assert lines[2].startswith("| this project, default command | **.810** ± ") and lines[2].endswith("| 0 of 3 |")
    assert lines[3] == "| FLAML, seq-classification | no model in 3.3 min | 1 of 1 |"
    assert ".750 ± .000, 0.1 min" in lines[4]
    draw(results, tmp_path / "league.png")
    assert (tmp_path / "league.png").stat().st_size > 0


def test_differences_are_paired_by_split() -> None:
    turns = [turn for turn in TURNS if (turn.contender, turn.split) != ("tfidf", 2)]
    lines = differences(Results("a machine", 3.0, turns)).splitlines()
    width = 12.706 * (0.0001 / 2) ** 0.5 * (1 / 2 + 0.25) ** 0.5
    assert lines[2] == f"| TF-IDF + logistic regression | +.055 ± {width:.3f} |".replace("± 0.", "± .")
    assert lines[3] == "| FLAML, seq-classification |  |"
