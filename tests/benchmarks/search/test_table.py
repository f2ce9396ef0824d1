from benchmarks.search.table import markdown
from tests.benchmarks.search.runs import results, run


def cells(text: str, contender: str) -> dict[str, str]:
    head, _, *rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("|")]
    row = next(row for row in rows if row[0] == contender)
    return dict(zip(head, row[1:], strict=True))


def test_ratios_are_to_the_better_form_of_a_in_each_measure():
    told = results(
        run("ray", 0.7, 0.8, every=20.0), run("ray-actors", 0.7, 0.8, every=10.0), run("ours", 0.8, look=2.5)
    )
    ours = cells(markdown(told), "(e) transformer-automl")
    assert ours["first result, s"] == "**2.5**, 0.25x"
    assert ours["epochs trained"] == "**1.0**, 0.50x"
    assert ours["reached (a)'s best, s"] == "**10.0**, 0.50x"
    assert cells(markdown(told), "(a) Ray Tune + Optuna + ASHA, reused actors")["first result, s"] == "**10.0**, 1.00x"


def test_medians_come_with_their_range_and_each_seed_has_its_own_goal():
    told = results(
        *(run("ray", score, seed=seed) for seed, score in enumerate((0.6, 0.9, 0.9))),
        *(run("ours", 0.5, score, seed=seed) for seed, score in enumerate((0.6, 0.7, 0.95))),
    )
    reached = cells(markdown(told), "(e) transformer-automl")["reached (a)'s best, s"]
    assert reached == "**20.0** (20.0 to never), 2.00x"


def test_what_never_came_is_said():
    told = results(run("ray", 0.9), run("ours", 0.5))
    assert cells(markdown(told), "(e) transformer-automl")["reached (a)'s best, s"] == "never"


def test_the_time_to_a_goal_is_held_against_whichever_form_of_a_came_first():
    told = results(
        *(run("ray", 0.5, score, seed=seed) for seed, score in enumerate((0.9, 0.6, 0.9))),
        *(run("ray-actors", score, every=20.0, seed=seed) for seed, score in enumerate((0.6, 0.9, 0.6))),
        *(run("ours", 0.9, every=5.0, seed=seed) for seed in range(3)),
    )
    assert cells(markdown(told), "(e) transformer-automl")["reached (a)'s best, s"].endswith(", 0.25x")


def test_any_score_is_better_than_none_of_a():
    told = results(run("ray"), run("ours", 0.5))
    assert cells(markdown(told), "(e) transformer-automl")["reached (a)'s best, s"] == "**10.0**"
