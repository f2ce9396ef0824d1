"""What is measured before the first trial, and the budgets that follow."""

from dataclasses import replace

import numpy as np
import pytest

from automl.config.schema import Experiment
from automl.core.budgets import Budgets, Pace
from automl.planning.measured_pace import PRETRAINED, SCRATCH, SHARED_GAIN, PackPlan, pace_job, pace_of, pace_points
from automl.planning.prepare_data import PreparedData, with_pace
from automl.planning.throughput import tokens_per_second
from search_spaces import SPACES, Defaults, Space
from trials.data.dataset import Split, TextDataset
from trials.protocol import MeasuredPace

AUTO = Space("auto", SPACES["auto"]).default_points()
SPLIT = Split(("short",) + ("a text of five words",) * 60 + ("long " * 90,), np.arange(62, dtype=np.int64) % 3)
DATA = TextDataset("toy", ("a", "b", "c"), SPLIT, SPLIT, SPLIT, "f" * 64)
PREPARED = PreparedData(DATA, 64, Budgets(100, 100))


def first(space: str):
    return SPACES[space](Defaults())


def experiment(time_budget: float | None = 600.0, epochs: float | str = "auto") -> Experiment:
    data = {"source": "bbc-news"}
    return Experiment(
        data=data, search={"time_budget": time_budget, "trials": 5}, trial={"epochs": epochs, "precision": "bf16"}
    )


def test_one_model_from_scratch_and_one_whole_pretrained_encoder_are_measured():
    assert pace_points(AUTO) == {SCRATCH: first("encoder"), PRETRAINED: first("finetune")}
    assert pace_points([first("lora")]) == {PRETRAINED: first("lora")}
    assert pace_points([first("linear"), first("probe")]) == {}


def test_typical_texts_are_trained_on_as_the_trials_will_be():
    job = pace_job(experiment(), PREPARED, AUTO)
    assert set(job.texts) == {"a text of five words"} and len(job.texts) == 32
    assert (job.max_length, job.classes, job.precision, job.threads) == (64, 3, "bf16", 1)


@pytest.mark.parametrize(
    ("settings", "defaults"),
    [
        ({"time_budget": None}, AUTO),
        ({"epochs": 3.0}, [first("encoder")]),
        ({}, [first("linear"), first("probe")]),
    ],
)
def test_nothing_is_measured_where_no_budget_depends_on_it(settings, defaults):
    assert pace_job(experiment(**settings), PREPARED, defaults) is None
    assert pace_job(experiment(), PREPARED, AUTO) is not None


def test_the_pace_of_frozen_encoders_is_kept_by_checkpoint():
    measured = {PRETRAINED: MeasuredPace(2_000.0), "mpnet": MeasuredPace(900.0)}
    pace = pace_of({PRETRAINED: first("finetune")}, measured)
    assert pace.reading == {"mpnet": 900.0}
    large = first("large_probe")
    assert tokens_per_second(large, pace) == 900.0
    shared = pace_of({PRETRAINED: first("finetune")}, measured, {PRETRAINED: 4.0})
    assert shared.reading["mpnet"] == pytest.approx(900.0 * SHARED_GAIN[PRETRAINED] / 4)
    assert pace_job(experiment(), PREPARED, AUTO, readers={"mpnet": large}).readers == {"mpnet": large}


def test_paces_of_parts_and_frozen_encoders_follow_from_the_whole_one():
    pace = pace_of(pace_points(AUTO), {SCRATCH: MeasuredPace(50_000.0), PRETRAINED: MeasuredPace(2_000.0)})
    assert tokens_per_second(first("encoder"), pace) == 50_000.0
    assert tokens_per_second(first("finetune"), pace) == pytest.approx(2_000.0)
    frozen = replace(first("finetune"), architecture=replace(first("finetune").architecture, frozen_share=0.75))
    assert tokens_per_second(frozen, pace) == pytest.approx(4_000.0)
    assert tokens_per_second(first("probe"), pace) == pytest.approx(6_000.0), "reading is a third of training"
    part = pace_of(pace_points([first("subnet")]), {PRETRAINED: MeasuredPace(3_000.0)})
    assert tokens_per_second(first("subnet"), part) == pytest.approx(3_000.0)
    assert part.scratch == Pace().scratch, "what was not measured is as fast as the formula says"


def test_trials_that_share_a_gpu_share_its_pace():
    tokens = {SCRATCH: MeasuredPace(50_000.0), PRETRAINED: MeasuredPace(2_000.0)}
    alone, few, many = (
        pace_of(pace_points(AUTO), tokens, dict.fromkeys(tokens, sharers)) for sharers in (1.0, 2.0, 16.0)
    )
    assert pace_of(pace_points(AUTO), tokens) == alone
    assert few.scratch == alone.scratch, "small models leave most of a GPU idle"
    assert few.pretrained == pytest.approx(0.75 * alone.pretrained), "larger ones keep it busy"
    assert many.scratch == pytest.approx(alone.scratch / 4)
    assert many.pretrained == pytest.approx(alone.pretrained * 1.5 / 16)


def test_packs_run_where_they_train_more_than_trials_side_by_side():
    points, packs = pace_points(AUTO), PackPlan(members=(4, 16), per_device=2)
    measured = {
        SCRATCH: MeasuredPace(40_000.0, {4: 80_000.0, 16: 200_000.0}),
        PRETRAINED: MeasuredPace(9_000.0, {4: 9_500.0, 16: 9_900.0}),
    }
    pace = pace_of(points, measured, {SCRATCH: 16.0, PRETRAINED: 8.0}, packs)
    assert (pace.scratch_pack, pace.pretrained_pack) == (16, 1), "1.5 times are reached side by side, too"
    assert (pace.pack_of(first("encoder")), pace.pack_of(first("finetune"))) == (16, 1)
    assert pace.pack_of(first("linear")) == pace.pack_of(first("probe")) == 1
    assert pace.scratch == 200_000.0 / 32, "32 trials share the GPU"
    assert pace.pretrained == pace_of(points, measured, {PRETRAINED: 8.0}).pretrained
    forced = pace_of(points, measured, {}, replace(packs, per_device=1, always=True))
    assert (forced.scratch_pack, forced.pretrained_pack) == (16, 4)
    lost = pace_of(points, {SCRATCH: MeasuredPace(40_000.0)}, {}, replace(packs, always=True))
    assert lost.scratch_pack == 1, "a model that cannot be trained in a pack"


def test_a_larger_pack_must_be_worth_the_longer_trials():
    points, packs = pace_points(AUTO), PackPlan(members=(4, 16), per_device=2)
    some, none = (
        pace_of(points, {SCRATCH: MeasuredPace(10.0, {4: 100.0, 16: pace})}, {}, packs) for pace in (130.0, 120.0)
    )
    assert (some.scratch_pack, some.scratch) == (16, 130.0 / 32)
    assert (none.scratch_pack, none.scratch) == (4, 100.0 / 8)


def test_packs_are_measured_even_where_no_budget_depends_on_the_pace():
    assert pace_job(experiment(time_budget=None), PREPARED, AUTO, (4, 16)).members == (4, 16)
    assert pace_job(experiment(time_budget=None), PREPARED, [first("linear")], (4, 16)) is None


def test_a_faster_device_affords_more_epochs_and_shorter_trials():
    slow, fast = (
        with_pace(PREPARED, Pace(2_000.0, rate), experiment(2.0), AUTO, 2) for rate in (Pace().pretrained, 1e12)
    )
    assert fast.budgets.pretrained > slow.budgets.pretrained
    assert replace(fast, budgets=slow.budgets).seconds(first("finetune")) < slow.seconds(first("finetune"))
    assert with_pace(PREPARED, Pace(1e9, 1e15), experiment(2.0, epochs=1.0), AUTO, 2).budgets == Budgets(81, 81)
