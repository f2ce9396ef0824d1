"""What a new study tries before its sampler has a say."""

from types import SimpleNamespace

import pytest

from automl.config.schema import SearchSection
from automl.core.errors import UsageError
from automl.planning.initial_points import first_points
from automl.planning.transfer_points import moved_into
from automl.planning.warm_start import MOST_EARLIER
from automl.storage.study_store import StudyStore
from search_spaces import SPACES, Space, override_dimensions
from tests.automl.engine.helpers import ENCODER, NEW, Bench, run_through

DEFAULTS = ENCODER.defaults()


def points(store, space=ENCODER, **search: object) -> list[dict[str, object]]:
    found = first_points(space, SearchSection(**search), store)
    return [*found.points, *(point for _, point in found.earlier)]


@pytest.fixture(scope="module")
def bench(tmp_path_factory) -> Bench:
    """A study of which every trial is better than the one before. The tests only read it."""
    made = Bench(tmp_path_factory.mktemp("bench"))
    made.create()
    ledger = made.ledger(trials=12, sampler="random", pruner="none")
    for number in range(12):
        run_through(ledger, ledger.begin().number, 0.5 + number / 100)
    return made


def test_without_a_word_it_is_the_default(bench):
    assert points(bench.store) == [DEFAULTS]


def test_points_that_are_named_come_next_with_defaults_where_they_say_nothing(bench):
    named = [{"architecture.feed_forward_ratio": 4, "optimizer.learning_rate": "2e-3"}, {"architecture.depth": 3.0}]
    found = points(bench.store, points=named)
    assert found == [
        DEFAULTS,
        {**DEFAULTS, "architecture.feed_forward_ratio": 4.0, "optimizer.learning_rate": 2e-3},
        {**DEFAULTS, "architecture.depth": 3},
    ]
    assert isinstance(found[1]["architecture.feed_forward_ratio"], float)
    assert isinstance(found[2]["architecture.depth"], int)


def test_a_point_comes_once(bench):
    assert points(bench.store, points=[{}, {"architecture.depth": 2}, {"architecture.depth": 3}] * 2) == [
        DEFAULTS,
        {**DEFAULTS, "architecture.depth": 3},
    ]


def test_there_are_no_more_than_trials_are_wanted(bench):
    named = [{"architecture.depth": 1}, {"architecture.depth": 3}]
    assert points(bench.store, points=named, trials=2) == [DEFAULTS, {**DEFAULTS, "architecture.depth": 1}]


@pytest.mark.parametrize(
    ("point", "said"),
    [
        ({"architecture.dept": 2}, "'architecture.depth'"),
        ({"architecture.depth": 9}, "1 .. 4"),
        ({"architecture.depth": 2.5}, "but is 2.5"),
        ({"architecture.depth": [1, 2]}, r"but is \[1, 2\]"),
        ({"optimizer.learning_rate": "fast"}, "but is 'fast'"),
        ({"optimizer.schedule": "cosin"}, "linear, cosine, constant"),
    ],
)
def test_what_is_no_point_of_the_space_is_told(bench, point, said):
    with pytest.raises(UsageError, match=said):
        points(bench.store, points=[point])


def test_the_best_points_of_an_earlier_study_come_best_first(bench):
    found = points(bench.store, warm_start=[NEW.name])
    trials = bench.store.study(NEW.name).record().trials
    assert found == [DEFAULTS, *(dict(trials[number].params) for number in range(11, 11 - MOST_EARLIER, -1))]


def test_what_an_earlier_study_had_out_of_the_range_is_moved_into_it(bench):
    space = Space("encoder", SPACES["encoder"], {})
    narrow = {"architecture.depth": 1, "architecture.encoder": "bert/cls"}
    dimensions, _ = override_dimensions(space.dimensions(), narrow, "encoder")
    space = Space("encoder", SPACES["encoder"], dimensions)
    for point in points(bench.store, space, warm_start=[NEW.name]):
        assert point["architecture.encoder"] == "bert/cls"
        assert point["architecture.depth"] == 1


def test_a_number_beyond_the_range_comes_to_its_end(bench):
    dimensions, _ = override_dimensions(
        ENCODER.dimensions(), {"architecture.depth": {"low": 1, "high": 2, "default": 1}}, "encoder"
    )
    trials = {trial.number: trial.params["architecture.depth"] for trial in bench.store.study(NEW.name).record().trials}
    deep = [trials[number] for number in range(11, 11 - MOST_EARLIER, -1)]
    assert max(deep) > 2
    found = points(bench.store, Space("encoder", SPACES["encoder"], dimensions), warm_start=[NEW.name])
    assert [point["architecture.depth"] for point in found[1:]] == [min(depth, 2) for depth in deep]


def test_another_space_takes_what_it_knows(bench):
    finetune = Space("finetune", SPACES["finetune"])
    found = points(bench.store, finetune, warm_start=[NEW.name])
    best = bench.store.study(NEW.name).record().trials[11].params
    assert found[1].keys() == finetune.defaults().keys()
    assert found[1]["optimizer.beta1"] == best["optimizer.beta1"]
    assert found[1]["optimizer.layer_decay"] == 0.9
    assert all(value in finetune.dimensions()[name] for point in found for name, value in point.items())


def test_several_studies_share_the_points_each_with_its_best_first(bench, tmp_path):
    (tmp_path / "other").mkdir()
    other = Bench(tmp_path / "other")
    other.create()
    ledger = other.ledger(trials=2, pruner="none")
    for value in (0.1, 0.2):
        run_through(ledger, ledger.begin().number, value)
    studies = {"first": bench.store.study(NEW.name).record(), "other": other.store.study(NEW.name).record()}
    store = SimpleNamespace(
        names=lambda: list(studies),
        study=lambda name: SimpleNamespace(name=name, record=lambda: studies[name]),
    )
    found = points(store, warm_start=["first", "other"])
    trials = studies["first"].trials
    drawn = dict(studies["other"].trials[1].params)
    assert found[:4] == [DEFAULTS, dict(trials[11].params), drawn, dict(trials[10].params)]
    assert len(found) == 1 + MOST_EARLIER


def test_a_study_that_is_not_there_is_told(bench):
    with pytest.raises(UsageError, match="no study to start from 'nowhere'"):
        points(bench.store, warm_start=["nowhere"])


def test_a_study_without_a_score_is_told(tmp_path):
    bench = Bench(tmp_path)
    bench.create()
    with pytest.raises(UsageError, match="must have a score"):
        points(bench.store, warm_start=bench.store.names())


def test_in_an_empty_workspace_there_is_nothing_to_start_from(tmp_path):
    with pytest.raises(UsageError, match="nor any other"):
        points(StudyStore(f"sqlite:///{tmp_path}/studies.db"), warm_start=["earlier"])


def auto(*algorithms: str) -> Space:
    overrides = {"algorithm": list(algorithms)} if algorithms else {}
    dimensions, problems = override_dimensions(Space("auto", SPACES["auto"]).dimensions(), overrides, "auto")
    assert problems == []
    return Space("auto", SPACES["auto"], dimensions)


@pytest.mark.parametrize(
    ("algorithms", "first"),
    [
        ((), ["linear", "probe", "finetune"]),
        (("linear", "encoder"), ["linear", "encoder"]),
        (("lora",), ["lora"]),
        (("lora", "probe"), ["lora", "probe"]),
        (("lora", "encoder"), ["lora", "encoder"]),
        (("finetune", "subnet", "lora"), ["finetune"]),
        (("linear", "subnet", "probe"), ["linear", "probe"]),
    ],
)
def test_several_algorithms_begin_with_their_defaults(bench, algorithms, first):
    space = auto(*algorithms)
    found = points(bench.store, space)
    assert [point["algorithm"] for point in found] == first
    assert found[0] == space.defaults()


def test_what_takes_longer_than_the_search_is_left_out_but_not_what_somebody_names(bench):
    search = SearchSection(time_budget=60, points=[{"finetune.training.batch_size": 32}])
    found = first_points(auto(), search, bench.store, {"probe": 61.0, "finetune": 100.0}).points
    assert [point["algorithm"] for point in found] == ["linear", "finetune"]
    assert found[1]["finetune.training.batch_size"] == 32


def test_a_point_is_of_one_algorithm(bench):
    mixed = {"finetune.training.batch_size": 32, "linear.text.words": 1}
    with pytest.raises(UsageError, match="must be of one algorithm"):
        points(bench.store, auto(), points=[mixed])


def test_points_go_from_a_space_to_the_algorithm_of_that_name_and_back_but_to_no_other(bench):
    encoder = bench.store.study(NEW.name).record().trials[11].params
    found = points(bench.store, auto(), warm_start=[NEW.name])
    assert found[3]["algorithm"] == "encoder"
    assert {name.removeprefix("encoder."): value for name, value in found[3].items() if name != "algorithm"} == {
        **ENCODER.defaults(),
        **encoder,
    }
    assert moved_into(ENCODER, found[3]) == {**ENCODER.defaults(), **encoder}
    assert moved_into(Space("finetune", SPACES["finetune"]), found[3]) is None


def test_priors_are_one_point_right_after_the_default(bench):
    priors = {"optimizer.learning_rate": "2e-3:high", "architecture.depth": 3}
    found = points(bench.store, priors=priors, points=[{"architecture.depth": 1}])
    assert found == [
        DEFAULTS,
        {**DEFAULTS, "optimizer.learning_rate": 2e-3, "architecture.depth": 3},
        {**DEFAULTS, "architecture.depth": 1},
    ]


def test_priors_of_several_algorithms_are_a_point_of_each_but_a_dear_one_is_begun_only_if_it_is_named(bench):
    space = auto()
    general = points(bench.store, space, priors={"optimizer.beta1": 0.85})
    assert [point["algorithm"] for point in general] == ["linear", "probe", "finetune", "finetune"]
    assert general[3] == {**space.defaults("finetune"), "finetune.optimizer.beta1": 0.85}
    named = points(bench.store, space, priors={"optimizer.beta1": 0.85, "encoder.optimizer.beta1": 0.92})
    assert named[4] == {**space.defaults("encoder"), "encoder.optimizer.beta1": 0.92}
