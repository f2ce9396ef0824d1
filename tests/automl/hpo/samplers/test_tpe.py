"""Where a search begins to look."""

import optuna

from automl.hpo.samplers.tpe import NearDefaultTPE

NAMES = [f"x{number}" for number in range(20)]
DEFAULT = dict.fromkeys(NAMES, 0.25) | {"kind": "plain"}


def point(study: optuna.Study, kinds: tuple[str, ...] = ("plain", "odd")) -> dict[str, object]:
    trial = study.ask()
    for name in NAMES:
        trial.suggest_float(name, 0.0, 1.0)
    trial.suggest_categorical("kind", kinds)
    study.tell(trial, sum(trial.params[name] for name in NAMES))
    return dict(trial.params)


def a_study(seed: int = 0) -> optuna.Study:
    study = optuna.create_study(sampler=NearDefaultTPE(seed=seed, n_startup_trials=10, multivariate=True))
    study.enqueue_trial(DEFAULT)
    return study


def kept(params: dict[str, object]) -> int:
    return sum(params[name] == value for name, value in DEFAULT.items())


def test_it_begins_with_points_that_have_half_of_the_default():
    study = a_study()
    assert point(study) == DEFAULT
    counts = [kept(point(study)) for _ in range(9)]
    assert all(3 <= count <= 18 for count in counts)
    assert 8 < sum(counts) / len(counts) < 13
    assert {params["kind"] for params in (trial.params for trial in study.trials)} == {"plain", "odd"}


def test_then_it_learns():
    study = a_study()
    values = [sum(float(params[name]) for name in NAMES) for params in (point(study) for _ in range(80))]
    assert min(values) < values[0]
    assert all(kept(trial.params) < 5 for trial in study.trials[-20:])


def test_a_default_that_a_later_range_leaves_out_is_never_drawn():
    study = a_study()
    point(study)
    trial = study.ask()
    assert all(trial.suggest_float(f"x{number}", 0.5, 1.0) >= 0.5 for number in range(20))


def test_a_parameter_that_the_first_trial_does_not_have_lies_anywhere():
    study = optuna.create_study(sampler=NearDefaultTPE(seed=0, n_startup_trials=10))
    study.tell(study.ask(), 1.0)
    first, second = point(study), point(study)
    assert len(set(first.values())) > len(NAMES)
    assert second != first


def test_the_same_seed_gives_the_same_points():
    first, second, other = ([point(study) for _ in range(3)] for study in (a_study(1), a_study(1), a_study(2)))
    assert first == second
    assert first != other


def test_no_point_is_drawn_twice_while_there_are_others():
    """Also where most of them are choices, and the last one has no alternative."""
    study = optuna.create_study(sampler=NearDefaultTPE(seed=0, n_startup_trials=12, multivariate=True))
    study.enqueue_trial({"a": 1, "b": 1, "fixed": "yes"})
    seen = []
    for _ in range(9):
        trial = study.ask()
        values = trial.suggest_categorical("a", (1, 2, 3)), trial.suggest_categorical("b", (1, 2, 3))
        trial.suggest_categorical("fixed", ("yes",))
        study.tell(trial, float(sum(values)))
        seen.append(values)
    assert len(set(seen)) == 9
    trial = study.ask()
    assert trial.suggest_categorical("a", (1, 2, 3)) in {1, 2, 3}, "and where there are none, it goes on"
