from dataclasses import replace

import pytest

from automl.config.schema import Experiment
from automl.session import pace as pace_module
from automl.session.pace import pack_sizes, with_measured_pace
from automl.session.pack_reasons import why_alone
from tests.automl.session.test_pace import cluster, plan
from trials.protocol import MeasuredPace


def settings(**search):
    return Experiment(data={"source": "bbc-news"}, search=search).search


@pytest.mark.parametrize(
    ("search", "those"),
    [
        ({"folds": 3}, "cross-validated trials"),
        ({"sampler": "grid"}, "trials of a grid"),
        ({"pruner": "pbt"}, "trials of a population"),
    ],
)
def test_packs_that_are_asked_for_in_vain_are_told_and_do_not_change_the_budgets(tmp_path, monkeypatch, search, those):
    asked, said, before = [], [], plan(tmp_path, **search)
    monkeypatch.setattr(
        pace_module,
        "cluster_pace",
        lambda _cluster, job: asked.append(job.members) or dict.fromkeys(job.points, MeasuredPace(1e6)),
    )
    resources = before.experiment.resources.model_copy(update={"pack": 4})
    before = replace(before, experiment=before.experiment.model_copy(update={"resources": resources}))
    after = with_measured_pace(before, cluster(), said.append)
    (line,) = said
    assert those in line
    assert line.startswith("Each trial is trained alone, although resources.pack is set")
    assert asked == [1]
    assert {pack_sizes(after, cluster())(point) for point in after.space.default_points()} == {1}


def test_other_searches_may_have_packs():
    assert why_alone(settings()) == why_alone(settings(sampler="cmaes", pruner="none")) == ""
