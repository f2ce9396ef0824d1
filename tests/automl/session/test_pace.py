"""Budgets of a new study from a measured pace."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from automl.cluster import Slots
from automl.cluster.gpu import Gpu
from automl.config.schema import Experiment
from automl.core import Budgets, Pace, Workspace, WorkspaceError
from automl.hpo.samplers.algorithms.choice import most_promising
from automl.hpo.samplers.algorithms.results import AlgorithmResults
from automl.planning import Plan, PreparedData, first_points
from automl.session import pace as pace_module
from automl.session.pace import expected_seconds, pack_sizes, with_measured_pace, with_suited_stage
from search_spaces import SPACES, Space
from trials.data.dataset import Split, TextDataset
from trials.data.encoding import mean_length
from trials.protocol import MeasuredPace

SPLIT = Split(("a text of five words",) * 100, np.arange(100, dtype=np.int64) % 2)
DATA = TextDataset("toy", ("a", "b"), SPLIT, SPLIT, SPLIT, "f" * 64)


GB = 10**9


def cluster(count: int = 2, gpus: float = 0.0, listed: int | None = None, gigabytes: int = 80) -> SimpleNamespace:
    """A cluster, as far as its slots are concerned; `listed` GPUs are shared by their memory."""
    look = None if listed is None else (lambda: [Gpu("a", None, gigabytes * GB)] * listed)
    return SimpleNamespace(slots=Slots(count, 1.0, gpus), gpus=look, home=None, gpu_model=None)


def plan(tmp_path, **search) -> Plan:
    experiment = Experiment(data={"source": "bbc-news"}, search={"time_budget": 5.0, "trials": 9, **search})
    prepared = PreparedData(DATA, 64, Budgets(100, 100))
    space = Space("auto", SPACES["auto"])
    return Plan(experiment, Workspace(tmp_path), space, prepared, 9, 5.0, 0.0)


@pytest.fixture
def measured(monkeypatch) -> list:
    """The jobs that were measured; each model makes a million tokens a second."""
    jobs = []

    def measure(_cluster, job):
        jobs.append(job)
        return dict.fromkeys(job.points, MeasuredPace(1e6))

    monkeypatch.setattr(pace_module, "cluster_pace", measure)
    return jobs


def test_the_plan_has_the_budgets_of_the_measured_pace(tmp_path, measured):
    before = plan(tmp_path)
    after = with_measured_pace(before, cluster(), print)
    assert after.prepared.pace.scratch == 1e6
    assert after.prepared.budgets.scratch == 12 * 100, "the most epochs, on so fast a machine"
    assert after.expected_seconds["finetune"] < before.expected_seconds["finetune"]
    assert with_measured_pace(plan(tmp_path, time_budget=None), cluster(), print).prepared == before.prepared
    assert len(measured) == 1, "without a time budget there is nothing to measure"


@pytest.mark.parametrize(
    ("there", "part"),
    [
        (cluster(8, 1.0, 1), 0.5),
        (cluster(16, 1.0, 1), 0.25),
        (cluster(16, 1.0, 2), 0.5),
        (cluster(16, 1.0, 1, 12), 0.5),
        (cluster(8, 0.125), 0.5),
        (cluster(2, 1.0), 1.0),
    ],
)
def test_trials_share_the_pace_of_a_gpu(tmp_path, measured, there, part):
    assert with_measured_pace(plan(tmp_path), there, print).prepared.pace.scratch == part * 1e6


LINE = "the plot is thin but the two leads are a delight to watch , and the jokes land more often than not"
LINES = Split((LINE,) * 8530, np.arange(8530, dtype=np.int64) % 2)


@pytest.mark.parametrize("gigabytes", [16, 80])
@pytest.mark.parametrize("cores", [4, 8, 16])
def test_in_a_minute_on_a_gpu_minilm_is_finetuned_for_some_epochs_and_from_the_beginning(
    tmp_path, monkeypatch, cores, gigabytes
):
    """As for Rotten Tomatoes on a GPU on which MiniLM trains 15 000 texts a second alone."""
    data = replace(DATA, train=LINES)
    before = plan(tmp_path, time_budget=60.0)
    before = replace(before, seconds=60.0, trials=None, prepared=replace(before.prepared, dataset=data))
    texts_per_second = {"scratch": 32_000, "pretrained": 15_000}
    tokens = mean_length(data.train.texts, 64)
    monkeypatch.setattr(
        pace_module,
        "cluster_pace",
        lambda *_: {name: MeasuredPace(pace * tokens) for name, pace in texts_per_second.items()},
    )
    there, no_studies = cluster(cores, 1.0, 1, gigabytes), SimpleNamespace(names=list)
    after = with_measured_pace(before, there, print)
    finetune = dict(zip(after.space.algorithms(), after.space.default_points(), strict=True))["finetune"]
    assert 3.0 <= after.prepared.epochs(finetune) <= 4.0
    expected = expected_seconds(after, there)
    assert expected["finetune"] < 30.0, "several fit into the time budget, one after the other"
    first = first_points(after.space, after.experiment.search, no_studies, expected).points
    assert "finetune" in {point["algorithm"] for point in first}, "it is tried right after the first defaults"
    ended = {"linear": (4, 0.765, 3.0), "probe": (4, 0.775, 2.0), "encoder": (1, 0.75, 9.0), "finetune": (1, 0.81, 9.0)}
    results = dict.fromkeys(expected, AlgorithmResults())
    results |= {name: AlgorithmResults((-best,) * n, n, 0, n * took, took) for name, (n, best, took) in ended.items()}
    chosen = most_promising(results, expected_seconds=expected, seconds_left=45.0, noise=0.013)
    assert chosen in {"finetune", "subnet", "lora"}, "and after a few cheap ones, the next is of its kind"


def test_packs_are_told_and_their_members_share_the_gpu(tmp_path, monkeypatch):
    measured = {"scratch": MeasuredPace(1e6, {4: 3e6, 16: 6e6}), "pretrained": MeasuredPace(1e6, {4: 1e6})}
    monkeypatch.setattr(pace_module, "cluster_pace", lambda _cluster, job: asked.append(job.members) or measured)
    said, asked, before = [], [], replace(plan(tmp_path), trials=None)
    after = with_measured_pace(before, cluster(16, 1.0, 1), said.append)
    assert asked == [(4, 16)]
    assert after.prepared.pace.scratch == 6e6 / 32
    told = "Up to 16 transformers from scratch of one shape are trained together as one program (resources.pack)."
    assert said == [told]
    sizes = pack_sizes(after, cluster(16, 1.0, 1))
    points = dict(zip(after.space.algorithms(), after.space.default_points(), strict=True))
    assert {name: sizes(point) for name, point in points.items()} == {
        name: 16 if name == "encoder" else 1 for name in points
    }
    with_measured_pace(replace(before, trials=20), cluster(16, 1.0, 1), print)
    with_measured_pace(replace(before, trials=5), cluster(16, 1.0, 1), print)
    assert asked[1:] == [(4, 5), ()], "all members of a pack have one shape, so a small search has small packs"


@pytest.mark.parametrize(("wanted", "on_cpu", "on_gpu"), [("auto", 1, 1), ("off", 1, 1), (4, 4, 4)])
def test_packs_are_as_large_as_asked_for_and_automatic_ones_as_measured(tmp_path, wanted, on_cpu, on_gpu):
    before = plan(tmp_path)
    resources = before.experiment.resources.model_copy(update={"pack": wanted})
    before = replace(before, experiment=before.experiment.model_copy(update={"resources": resources}))
    point = before.space.default_points()[-1]
    assert pack_sizes(before, cluster())(point) == on_cpu
    assert pack_sizes(before, cluster(8, 1.0, 1))(point) == on_gpu


def test_a_stage_on_unlabelled_texts_is_offered_where_the_measured_pace_has_time_for_it(tmp_path):
    data, name = replace(DATA, unlabeled=("a text of five words",) * 20_000), "encoder.pretraining.epochs"
    texts = replace(plan(tmp_path).prepared, dataset=data)
    found = {}
    for pace in (Pace(scratch=2_000.0), Pace(scratch=1e8)):
        said = []
        after = with_suited_stage(replace(plan(tmp_path), prepared=replace(texts, pace=pace)), said.append)
        found[pace.scratch] = len(after.space.dimensions()[name].options), len(said)
    assert found == {2_000.0: (1, 1), 1e8: (6, 0)}


def test_packs_share_a_gpu_as_its_trials_do(tmp_path, monkeypatch):
    measured = {"scratch": MeasuredPace(1e6, {4: 8e6}), "pretrained": MeasuredPace(1e6, {})}
    monkeypatch.setattr(pace_module, "cluster_pace", lambda _cluster, job: measured)
    before = replace(plan(tmp_path), trials=None)
    assert with_measured_pace(before, cluster(4, 0.25), print).prepared.pace.scratch == 8e6 / 16
    assert with_measured_pace(before, cluster(1, 1.0), print).prepared.pace.scratch == 8e6 / 4


def test_trials_on_several_gpus_are_in_no_pack(tmp_path, measured):
    before = plan(tmp_path)
    resources = before.experiment.resources.model_copy(update={"pack": 8})
    before = replace(before, experiment=before.experiment.model_copy(update={"resources": resources}))
    said = []
    with_measured_pace(before, cluster(1, 2.0), said.append)
    assert "trials on several GPUs" in said[0]
    assert [job.members for job in measured] == [()]
    assert pack_sizes(before, cluster(1, 2.0))(before.space.default_points()[-1]) == 1


def test_a_pace_that_cannot_be_measured_is_told_and_the_search_goes_on(tmp_path, monkeypatch):
    def fail(_cluster, _job):
        raise WorkspaceError("the process was killed")

    monkeypatch.setattr(pace_module, "cluster_pace", fail)
    before, said = plan(tmp_path), []
    assert with_measured_pace(before, cluster(), said.append) == before
    assert said == [
        "The pace of training could not be measured, so that of a usual CPU core is assumed: the process was killed"
    ]


def test_nothing_is_expected_of_a_gpu_that_was_not_measured(tmp_path):
    before = plan(tmp_path)
    assert expected_seconds(before, cluster(1, 1.0)) == {}
    assert expected_seconds(before, cluster()) == before.expected_seconds
    known = replace(before, prepared=replace(before.prepared, pace=Pace(scratch=3.0)))
    assert expected_seconds(known, cluster(1, 1.0)) == known.expected_seconds
