"""What an ensemble is expected to cost in use, from the costs of its members."""

from dataclasses import replace
from pathlib import Path

from automl.session.handover import ensemble_costs
from automl.session.handover.ensemble_costs import ExpectedCosts, measured_costs
from search_spaces import SPACES, Space
from tests.automl.session.plans import make_plan
from tests.automl.session.voters import trial

SPACE = Space("auto", SPACES["auto"])
PLAN = make_plan(Path(), space="auto")


def of(number: int, algorithm: str, params: dict[str, object], **metrics: float):
    return replace(trial(number, **metrics), params={**SPACE.defaults(algorithm), **params})


def probe(number: int, checkpoint: str, latency: float, **params: object):
    return of(number, "probe", {"architecture.checkpoint": checkpoint, **params}, latency_ms=latency)


def expected(*members) -> dict[str, float]:
    return ExpectedCosts(PLAN, members).of([each.number for each in members])


def test_probes_that_read_alike_cost_as_much_as_the_dearest():
    same = probe(0, "minilm", 9.0), probe(1, "minilm", 8.0, **{"probe.classifier.hidden": 32})
    linear = of(2, "linear", {}, latency_ms=1.0)
    assert expected(*same, linear) == {"latency_ms": 10.0}


def test_other_members_cost_their_sum():
    assert expected(probe(0, "minilm", 9.0), probe(1, "mpnet", 30.0)) == {"latency_ms": 39.0}
    longer = probe(1, "minilm", 16.0, **{"probe.text.longest": 512})
    windows = probe(1, "minilm", 16.0, **{"probe.text.reading": "windows"})
    for other in (longer, windows):
        assert expected(probe(0, "minilm", 9.0), other) == {"latency_ms": 25.0}
    both = [of(number, "finetune", {}, latency_ms=9.0) for number in (0, 1)]
    assert expected(*both) == {"latency_ms": 18.0}


def test_weights_of_an_encoder_count_once_however_much_of_a_text_it_reads():
    longer = {"architecture.checkpoint": "minilm", "probe.text.longest": 512}
    members = [
        of(0, "probe", {"architecture.checkpoint": "minilm"}, latency_ms=9.0, bytes=90.0),
        of(1, "probe", longer, latency_ms=16.0, bytes=91.0),
    ]
    assert expected(*members) == {"latency_ms": 25.0, "bytes": 91.0}


def test_what_was_not_measured_of_each_member_is_unknown():
    assert expected(probe(0, "minilm", 9.0), of(1, "linear", {}, bytes=5.0)) == {}


def test_what_trials_share_is_found_once_for_all_ensembles(monkeypatch):
    found, point = [], ensemble_costs.fitted_point
    monkeypatch.setattr(ensemble_costs, "fitted_point", lambda plan, trial: found.append(trial) or point(plan, trial))
    costs = ExpectedCosts(PLAN, [probe(0, "minilm", 9.0), probe(1, "minilm", 8.0)])
    assert [costs.of(members)["latency_ms"] for members in ({0}, {1}, {0, 1})] == [9.0, 8.0, 9.0]
    assert len(found) == 2


def test_nothing_is_measured_where_no_cost_is_asked_for(tmp_path):
    assert measured_costs(PLAN, (), tmp_path / "nowhere") == {}


def test_a_gpu_that_trials_do_not_use_is_hidden(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(ensemble_costs, "serving_costs", lambda *args: seen.append(args[-2:]) or {})
    for gpus in (0, 1):
        resources = PLAN.experiment.resources.model_copy(update={"gpus_per_trial": gpus, "cpus_per_trial": 2})
        experiment = PLAN.experiment.model_copy(update={"resources": resources})
        measured_costs(replace(PLAN, experiment=experiment), ("latency_ms",), tmp_path)
    assert seen == [(2, {"CUDA_VISIBLE_DEVICES": ""}), (2, {})]
