"""What priors do to a search, whatever its sampler is."""

import math
from statistics import median

import optuna
import pytest
from optuna.samplers import RandomSampler

from automl.core.priors import Confidence, Prior
from automl.hpo.samplers.prior_guided import HALF_WAY, PriorGuidedSampler, influence
from automl.hpo.samplers.registry import SAMPLERS
from search_spaces import ALGORITHM, SPACES, Architecture, Point, Space
from tests.automl.engine.helpers import ENCODER, NEW, Bench, evaluated
from trials.protocol import TrialEnd

AUTO = Space("auto", SPACES["auto"])
RATE, DECAY, DROPOUT = "optimizer.learning_rate", "optimizer.weight_decay", "architecture.hidden_dropout"
GOOD = {RATE: 6e-4, DECAY: 3e-4, DROPOUT: 0.28}
"""Where the function below is best, which is not where the defaults are."""

BAD = {RATE: 4.5e-3, DECAY: 0.25, DROPOUT: 0.01}
ENOUGH = 0.9


def score(point: Point) -> float:
    """1 at the best point, and less by the squared distance, where 1 is the whole range on a parameter's own scale."""
    rate = math.log10(point.optimizer.learning_rate / GOOD[RATE]) / 2
    decay = math.log10(point.optimizer.weight_decay / GOOD[DECAY]) / 3.5
    dropout = (point.architecture.hidden_dropout - GOOD[DROPOUT]) / 0.3
    return 1 - (rate**2 + decay**2 + dropout**2)


def sure(values: dict[str, object], confidence: str = "medium") -> dict[str, Prior]:
    return {name: Prior(value, Confidence(confidence)) for name, value in values.items()}


def trials_needed(folder, priors: dict[str, Prior], seed: int, most: int = 60) -> int:
    """Trials until one scores `ENOUGH`; one more than `most` if none does."""
    folder.mkdir()
    bench = Bench(folder)
    bench.create()
    ledger = bench.ledger(trials=most, sampler="tpe", pruner="none", priors=priors, seed=seed)
    while (job := ledger.begin()) is not None:
        value = score(job.point)
        if value >= ENOUGH:
            bench.store.close()
            return job.number + 1
        ledger.record(job.number, evaluated(81, value, TrialEnd.COMPLETED))
    return most + 1


def test_a_good_prior_is_there_sooner_and_a_bad_one_gets_there_all_the_same(tmp_path):
    """Measured: without priors 14, 12 and 9 trials, with good ones 2 each, with bad ones 24, 28 and 25."""
    needed = {
        name: [trials_needed(tmp_path / f"{name}{seed}", priors, seed) for seed in range(3)]
        for name, priors in (("none", {}), ("good", sure(GOOD)), ("bad", sure(BAD, "high")))
    }
    assert median(needed["good"]) <= median(needed["none"]) / 2
    assert max(needed["bad"]) <= 60


def searched(bench: Bench, trials: int, space: Space, **settings: object) -> list[dict[str, object]]:
    ledger = bench.ledger(trials=trials, pruner="none", space=space, **settings)
    while (job := ledger.begin()) is not None:
        is_encoder = isinstance(job.point, Point) and isinstance(job.point.architecture, Architecture)
        value = score(job.point) if is_encoder else 0.2
        ledger.record(job.number, evaluated(81, value, TrialEnd.COMPLETED))
    return [dict(trial.params) for trial in bench.store.study(NEW.name).record().trials]


def near(params: dict[str, object], prefix: str = "") -> bool:
    """Within a third of a decade of the good learning rate: two standard deviations of a sure prior."""
    return abs(math.log10(params[f"{prefix}{RATE}"] / GOOD[RATE])) < 0.3


@pytest.mark.parametrize("sampler", sorted(set(SAMPLERS) - {"grid"}))
def test_every_sampler_begins_there_stays_in_range_and_repeats_with_its_seed(tmp_path, sampler):
    found = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        bench = Bench(tmp_path / name)
        bench.create()
        found.append(searched(bench, 11, ENCODER, sampler=sampler, priors=sure(GOOD, "high")))
    assert found[0] == found[1]
    dimensions = ENCODER.dimensions()
    assert all(value in dimensions[name] for params in found[0] for name, value in params.items())
    assert sum(near(params) for params in found[0][1:]) >= 6, "of ten points some eight"
    assert len({str(params) for params in found[0]}) == 11


@pytest.mark.parametrize("sampler", ["tpe", "nsga2", "random"])
def test_of_several_algorithms_each_has_its_own_and_they_go_on_after_a_restart(tmp_path, sampler):
    bench = Bench(tmp_path)
    bench.store.create(NEW, AUTO.defaults(), AUTO.defaults("encoder"))
    priors = sure({f"encoder.{name}": value for name, value in GOOD.items()}, "high")
    for trials in (12, 30):
        found = searched(bench, trials, AUTO, sampler=sampler, priors=priors)
    own = [params for params in found if params[ALGORITHM] == "encoder"]
    assert all(params.keys() == AUTO.defaults(params[ALGORITHM]).keys() for params in found)
    assert sum(near(params, "encoder.") for params in own[1:]) >= len(own) / 3
    assert len(own) >= 4


def test_the_influence_fades_and_a_wrong_prior_costs_some_fifteen_trials_in_all():
    assert influence(0) == 1
    assert influence(HALF_WAY) == 0.5
    assert sum(influence(number) for number in range(10_000)) == pytest.approx(16, abs=1)


def small_study(priors: dict[str, Prior], seed: int = 0) -> optuna.Study:
    return optuna.create_study(sampler=PriorGuidedSampler(RandomSampler(seed=seed), priors, seed))


def test_late_points_are_the_samplers_own():
    study = small_study(sure({"x": 0.1}, "high"))
    drawn = []
    for _ in range(300):
        trial = study.ask()
        drawn.append(trial.suggest_float("x", 0.0, 1.0))
        study.tell(trial, drawn[-1])
    close = [abs(value - 0.1) < 0.1 for value in drawn]
    assert sum(close[:10]) >= 7
    assert sum(close[200:]) < 35, "a fifth of a hundred, as a random sampler draws"


def test_what_a_prior_says_of_a_parameter_that_is_not_asked_for_or_out_of_its_range_is_left_alone():
    study = small_study(sure({"x": 5.0, "kind": "gone", "other": 1}, "high"))
    for _ in range(20):
        trial = study.ask()
        trial.suggest_float("x", 0.0, 1.0)
        trial.suggest_categorical("kind", ("plain", "odd"))
        study.tell(trial, 0.0)
    assert len({trial.params["x"] for trial in study.trials}) == 20


def test_no_point_is_drawn_twice_while_there_are_others(tmp_path):
    study = optuna.create_study(sampler=PriorGuidedSampler(SAMPLERS["tpe"](0), sure({"a": 1, "b": 1}, "high"), 0))
    study.enqueue_trial({"a": 1, "b": 1})
    seen = []
    for _ in range(8):
        trial = study.ask()
        seen.append((trial.suggest_categorical("a", (1, 2, 3)), trial.suggest_categorical("b", (1, 2, 3))))
        study.tell(trial, float(sum(seen[-1])))
    assert len(set(seen)) == 8
