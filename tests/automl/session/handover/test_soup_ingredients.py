from dataclasses import replace

from automl.session.handover.soup_ingredients import ingredients
from search_spaces import SPACES, Space
from tests.automl.report.records import make_study, make_trial
from tests.automl.session.plans import make_plan

AUTO = Space("auto", SPACES["auto"])


def trial(number, value, algorithm, **changed):
    params = {**AUTO.defaults(algorithm), **{f"{algorithm}.{name}": value for name, value in changed.items()}}
    return make_trial(number, (0.1, value), params=params)


def test_finetunings_and_adapters_of_one_checkpoint_go_together_the_best_first(tmp_path):
    study = make_study(
        trial(0, 0.95, "linear"),
        trial(1, 0.80, "finetune"),
        trial(2, 0.90, "lora"),
        trial(3, 0.85, "finetune", **{"architecture.frozen_share": 0.5, "text.longest": 64}),
        trial(4, 0.99, "probe"),
        trial(5, 0.70, "encoder"),
    )
    plan = make_plan(tmp_path, space="auto")
    assert ingredients(plan, study, range(6)) == (2, 3, 1)
    assert ingredients(plan, study, {1, 3}) == (3, 1)
    assert ingredients(plan, study, {0, 1, 4, 5}) == ()


def test_of_another_checkpoint_or_another_part_of_it_nothing_is_taken(tmp_path):
    other = trial(1, 0.9, "finetune")
    other = replace(other, params={**other.params, "architecture.checkpoint": "mpnet"})
    study = make_study(trial(0, 0.95, "finetune"), other, trial(2, 0.9, "subnet"), trial(3, 0.8, "finetune"))
    assert ingredients(make_plan(tmp_path, space="auto"), study, range(4)) == (0, 3)


def test_parts_go_together_where_the_same_heads_are_kept(tmp_path):
    half, short = {"architecture.heads_share": 0.5}, {"text.longest": 64}
    study = make_study(
        trial(0, 0.9, "subnet", **half),
        trial(1, 0.8, "subnet", **half),
        trial(2, 0.7, "subnet", **half, **short),  # which heads matter was seen in other tokens
        trial(3, 0.6, "subnet", **{"architecture.heads_share": 0.75}),
    )
    plan = make_plan(tmp_path, space="auto")
    assert ingredients(plan, study, range(4)) == (0, 1)
    whole = make_study(trial(0, 0.9, "subnet"), trial(1, 0.8, "subnet", **short))
    assert ingredients(plan, whole, range(2)) == (0, 1), "whole layers are the same for any texts"


def test_finetunings_after_another_self_supervised_stage_began_with_other_weights(tmp_path):
    stage = {"pretraining.epochs": 1.0}
    study = make_study(
        trial(0, 0.9, "finetune"),
        trial(1, 0.8, "finetune", **stage),
        trial(2, 0.7, "finetune", **stage),
        trial(3, 0.6, "finetune", **stage, **{"text.longest": 64}),
    )
    plan = make_plan(tmp_path, space="auto")
    assert ingredients(plan, study, range(4)) == (1, 2)
    assert ingredients(plan, study, {0, 1, 3}) == ()


def test_at_most_five_are_taken_and_a_space_that_has_changed_gives_none(tmp_path):
    study = make_study(*(trial(number, 0.9 - number / 100, "finetune") for number in range(7)))
    assert ingredients(make_plan(tmp_path, space="auto"), study, range(7)) == (0, 1, 2, 3, 4)
    assert ingredients(make_plan(tmp_path, space="linear"), study, range(7)) == ()
