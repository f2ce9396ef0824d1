from benchmarks.subnet.ranks import correlations, drawn_parts
from benchmarks.subnet.report import draw, frontier, table
from benchmarks.subnet.searches import Model, Searched


def searched(space: str, *models: tuple[float, float], seed: int = 0) -> Searched:
    kept = tuple(Model(space, seed, number, *found, parameters=1) for number, found in enumerate(models))
    return Searched(space, seed, len(kept) + 1, test=0.9, winner=0, models=kept)


FOUND = [
    searched("finetune", (0.95, 20.0), (0.94, 20.5)),
    searched("subnet", (0.945, 8.0), (0.93, 4.0), (0.92, 6.0)),
    searched("subnet", (0.935, 9.0), seed=1),
    searched("encoder"),
]


def test_a_row_a_space_with_the_fastest_model_that_is_near_the_best():
    rows = {
        line.split(" | ")[0].removeprefix("| "): line.split(" | ") for line in table(FOUND) if line.startswith("| ")
    }
    assert rows["finetune"][1:7] == ["1", "3", "0.9500", "0.9000", "20.0", "20.0 ms |"]
    assert rows["subnet"][3:] == ["0.9400", "0.9000", "8.5", "8.0 ms |"]
    assert rows["encoder"][3:] == ["0.0000", "0.9000", "nan", "none |"]


def test_the_frontier_has_what_nothing_beats(tmp_path):
    assert [model.milliseconds for model in frontier(FOUND[1].models)] == [4.0, 8.0]
    draw(FOUND, "news", tmp_path / "plots" / "subnet.png")
    assert (tmp_path / "plots" / "subnet.png").stat().st_size > 5_000


def test_the_ranks_of_short_and_full_training_are_compared():
    first, second = correlations([[0.1, 0.3, 0.5], [0.2, 0.2, 0.6], [0.3, 0.1, 0.7]])
    assert "Spearman 1.00, Kendall tau-b 1.00" in first
    assert "Spearman -1.00, Kendall tau-b -1.00" in second


def test_parts_differ_in_their_shape_alone():
    parts = drawn_parts(4, 32)
    assert len({point.architecture.kept for point in parts}) == 4
    assert len({(point.text, point.optimizer, point.training) for point in parts}) == 1
    assert parts[0].text.longest == 32 and drawn_parts(4, 32) == parts
