"""The self-supervised stage of whole trials: what it is for, what it never sees, and who shares it."""

import multiprocessing
import os
import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from search_spaces import SPACES, Point, PretrainedText, Space
from tests.trials.living import living_models
from tests.trials.pretrained.checkpoints import save_checkpoint
from tests.trials.pretraining.sharers import DATA, run_and_log, staged
from tests.trials.toy import LABELS, encode, toy_job, toy_point, toy_texts
from tests.waiting import wait_until
from trials.data.dataset import EncodedDataset, Split, TextDataset
from trials.data.encoding.tokenization import encode as encode_texts
from trials.pretraining import shared_encoder
from trials.pretraining.mlm_trainer import MlmTrainer
from trials.pretraining.stage import stage_of
from trials.protocol import TrialEnd, TrialJob, TrialReport
from trials.run import run_trial

ENCODERS = ("modernbert/mean", "bert/cls")


def short_job(folder: Path, point: Point | None = None, cache: Path | None = None) -> TrialJob:
    """Next to nothing is trained after the stage."""
    return toy_job(folder, point, cache=cache, budget_examples=81, steps=(1, 81))


def run(job: TrialJob, data: EncodedDataset = DATA) -> list[TrialReport]:
    reports = list(run_trial(job, data))
    assert reports[-1].end is TrialEnd.COMPLETED, reports[-1].cause
    return reports


def outcome(reports: list[TrialReport]) -> list[object]:
    return [replace(report.evaluation, seconds=0.0) for report in reports if report.evaluation is not None]


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many texts had been read at each step of any stage of this process."""
    counted: list[int] = []
    real = MlmTrainer._step

    def counting(self: MlmTrainer, batch: object) -> None:
        counted.append(self.examples)
        real(self, batch)

    monkeypatch.setattr(MlmTrainer, "_step", counting)
    return counted


@pytest.mark.parametrize("encoder", ENCODERS)
def test_a_trial_learns_classes_after_it_and_tells_what_it_cost(tmp_path: Path, encoder: str) -> None:
    cost = run(short_job(tmp_path, staged(encoder)))[-1].cost
    assert 0 < cost.shared_seconds < cost.seconds
    assert cost.pretraining_loss > 0
    assert cost.examples == 81, "the stage is none of the budget"
    assert not living_models()
    plain = run(short_job(tmp_path / "plain", toy_point(encoder, learning_rate=3e-3)))[-1].cost
    assert (plain.shared_seconds, plain.pretraining_loss) == (0.0, None)


def test_the_longer_it_is_the_better_tokens_are_guessed(tmp_path: Path) -> None:
    short, long = (
        run(short_job(tmp_path / str(epochs), staged(epochs=epochs)))[-1].cost.pretraining_loss
        for epochs in (0.5, 20.0)
    )
    assert long < 0.9 * short


def test_from_the_cache_it_is_as_if_it_had_been_computed(tmp_path: Path, steps: list[int]) -> None:
    first, second, alone = (
        run(short_job(tmp_path / name, staged(), cache))
        for name, cache in (("a", tmp_path / "cache"), ("b", tmp_path / "cache"), ("c", None))
    )
    assert outcome(first) == outcome(second) == outcome(alone)
    assert len(steps) == 2 * 10, "160 texts, twice, by two of three"
    assert first[-1].cost.pretraining_loss == second[-1].cost.pretraining_loss


def test_trials_share_it_that_differ_in_what_it_does_not_read(tmp_path: Path, steps: list[int]) -> None:
    cache = tmp_path / "cache"
    point = staged("modernbert/mean")
    other = replace(
        point,
        architecture=replace(point.architecture, pooling="cls", hidden_dropout=0.2, classifier_dropout=0.2),
        optimizer=replace(point.optimizer, learning_rate=1e-3),
        training=replace(point.training, batch_size=8),
    )
    once = len(run(short_job(tmp_path / "a", point, cache))) and len(steps)
    run(short_job(tmp_path / "b", other, cache))
    assert len(steps) == once
    for name, changed in {
        "deeper": replace(point, architecture=replace(point.architecture, depth=2)),
        "longer": staged(epochs=4.0),
        "warmer": staged(learning_rate=1e-3),
        "darker": staged(mask_share=0.3),
    }.items():
        before = len(steps)
        run(short_job(tmp_path / name, changed, cache))
        assert len(steps) > before, name


def test_neither_labels_nor_validation_texts_have_a_say(tmp_path: Path, steps: list[int]) -> None:
    cache = tmp_path / "cache"
    relabelled = replace(DATA.train, labels=DATA.train.labels[::-1].copy())
    losses = [
        run(short_job(tmp_path / str(number), staged(), cache), data)[-1].cost.pretraining_loss
        for number, data in enumerate(
            [DATA, replace(DATA, train=relabelled), replace(DATA, validation=encode(*toy_texts(40, seed=9)))]
        )
    ]
    assert len(set(losses)) == 1 and len(steps) == 10
    run(short_job(tmp_path / "more", staged(), cache), replace(DATA, unlabeled=None))
    assert len(steps) == 10 + 6, "90 texts, twice"


def test_a_stage_that_was_cut_off_goes_on_and_ends_as_if_nothing_had_been(
    tmp_path: Path, steps: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = run(short_job(tmp_path / "whole", staged(), tmp_path / "one"))
    monkeypatch.setattr(shared_encoder, "SECONDS_BETWEEN_STATES", 0.0)
    monkeypatch.setattr("trials.training.keepalive.HEARTBEAT_SECONDS", 0.0)
    steps.clear()
    job = short_job(tmp_path / "cut", staged(), tmp_path / "two")
    trial = run_trial(job, DATA)
    for _ in range(4):
        report = next(trial)
        assert (report.evaluation, report.end) == (None, None)
    trial.close()
    assert len(steps) == 4
    again = run(job)
    assert steps == [0, 32, 64, 96, 128, 160, 192, 224, 256, 288]
    assert outcome(again) == outcome(whole)
    assert again[-1].cost.pretraining_loss == whole[-1].cost.pretraining_loss


def test_a_damaged_encoder_is_made_again(tmp_path: Path, steps: list[int]) -> None:
    first = run(short_job(tmp_path / "a", staged(), tmp_path / "cache"))
    (file,) = (tmp_path / "cache").rglob("*.safetensors")
    file.write_bytes(file.read_bytes()[:-100])
    again = run(short_job(tmp_path / "b", staged(), tmp_path / "cache"))
    assert outcome(first) == outcome(again) and len(steps) == 20


def test_a_disk_that_refuses_costs_no_more_than_the_cache(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("in the way")
    run(short_job(tmp_path, staged(), tmp_path / "cache"))


def test_of_many_encoders_the_last_ones_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_encoder, "MOST_KEPT", 2)
    for epochs in (0.5, 1.0, 2.0):
        run(short_job(tmp_path / str(epochs), staged(epochs=epochs), tmp_path / "cache"))
    assert len(list((tmp_path / "cache").rglob("*.safetensors"))) == 2


@pytest.mark.slow
def test_of_two_processes_one_works_and_the_other_goes_on_if_it_is_killed(tmp_path: Path) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.trials.pretraining.sharers"])
    log = tmp_path / "log"
    two = [context.Process(target=run_and_log, args=(tmp_path, log, name)) for name in ("a", "b")]
    for process in two:
        process.start()
    wait_until(lambda: log.exists() and len(log.read_text().split()) >= 4, 60)
    first = int(log.read_text().split()[0])
    os.kill(first, signal.SIGKILL)
    for process in two:
        process.join(60)
    (other,) = (process for process in two if process.pid != first)
    assert other.exitcode == 0
    who = [int(pid) for pid in log.read_text().split()]
    assert set(who) == {first, other.pid}
    assert 10 <= len(who) <= 11, "no step but the one that was under way is taken twice"
    assert who == sorted(who, key=lambda pid: pid != first), "never both at once"


def finetuned(checkpoint: Path, space: str, **values: object) -> Point:
    found = Space(space, SPACES[space])
    given = {"architecture.checkpoint": str(checkpoint), "pretraining.epochs": 2.0, "pretraining.learning_rate": 1e-3}
    return found.replay({**found.defaults(), **given, **values})


def pretrained_data(checkpoint: Path) -> EncodedDataset:
    splits = [Split(tuple(texts), np.array(labels)) for texts, labels in (toy_texts(90, 0), toy_texts(30, 1))]
    texts = TextDataset("toy", LABELS, *splits, splits[1], "f" * 64, unlabeled=tuple(toy_texts(40, 2)[0]))
    return encode_texts(texts, PretrainedText(str(checkpoint), 64), 64, None)


def test_spaces_of_pretrained_encoders_share_it(tmp_path: Path, steps: list[int]) -> None:
    checkpoint = save_checkpoint(tmp_path / "pretrained")
    data, cache = pretrained_data(checkpoint), tmp_path / "cache"
    assert len(data.unlabeled) == 40
    points = [
        finetuned(checkpoint, "finetune"),
        finetuned(checkpoint, "finetune", **{"architecture.frozen_share": 0.5, "architecture.hidden_dropout": 0.2}),
        finetuned(checkpoint, "lora"),
    ]
    scores = [
        outcome(run(short_job(tmp_path / str(number), point, cache), data)) for number, point in enumerate(points)
    ]
    assert len(steps) == 10, "130 texts, twice, once"
    without = replace(points[0], pretraining=None)
    assert outcome(run(short_job(tmp_path / "without", without), data)) != scores[0]
    save_checkpoint(checkpoint, seed=1)
    run(short_job(tmp_path / "other", points[0], cache), data)
    assert len(steps) == 20, "another checkpoint in the same place"


def test_without_a_mask_token_there_is_none(tmp_path: Path) -> None:
    data = replace(DATA, specials={"pad_token": "[PAD]"})
    (last,) = run_trial(short_job(tmp_path, staged()), data)
    assert last.end is TrialEnd.ERROR and "must have a mask token" in last.cause


def test_a_stage_out_of_bounds_ends_as_diverged(tmp_path: Path) -> None:
    (last,) = run_trial(short_job(tmp_path, staged(learning_rate=1e30)), DATA)
    assert last.end is TrialEnd.DIVERGED and "pretraining" in last.cause


def test_no_stage_is_none() -> None:
    assert stage_of(toy_point(), seed=0) is None
