"""How fast a device trains: what is counted, and what is trained."""

from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest

from search_spaces import SPACES, Space
from tests.trials.toy import toy_point
from trials.errors import PretrainedError
from trials.protocol import PaceJob
from trials.training import Trainer
from trials.training.packs import Pack
from trials.workflows import measure_pace

TEXTS = ("ball word1 word2 word3", "vote word4 word5 word6")
TICK = 0.125


def finetuned(checkpoint: Path):
    space = Space("finetune", SPACES["finetune"])
    return space.replay({**space.defaults(), "architecture.checkpoint": str(checkpoint)})


def job(**fields) -> PaceJob:
    return PaceJob(**{"texts": TEXTS, "max_length": 24, "classes": 3, "precision": "fp32", "device": "cpu", **fields})


def test_tokens_are_counted_over_the_time_of_training_alone(monkeypatch):
    portions = []
    train = Trainer.train
    monkeypatch.setattr(
        Trainer, "train", lambda trainer, examples: (portions.append(examples), train(trainer, examples))[1]
    )
    ticks = count()
    monkeypatch.setattr("trials.workflows.training_pace.time", SimpleNamespace(perf_counter=lambda: next(ticks) * TICK))
    [pace] = measure_pace(job(points={"own": toy_point()}, seconds=8 * TICK)).values()
    batch = toy_point().training.batch_size
    assert portions[:3] == [batch, batch, 2 * batch], "the first batch is not timed, and short portions grow"
    timed, seconds = sum(portions[1:]), (len(portions) - 1) * TICK
    assert seconds == 8 * TICK
    # Both texts have four words, a start and an end.
    assert pace.alone == pytest.approx(timed * 6 / seconds)
    assert pace.packs == {}


def test_a_frozen_encoder_is_measured_while_it_reads(checkpoint, tmp_path):
    space = Space("probe", SPACES["probe"])
    probes = {
        name: space.replay({**space.defaults(), "architecture.checkpoint": str(folder)})
        for name, folder in (("here", checkpoint), ("lost", tmp_path / "nowhere"))
    }
    paces = measure_pace(job(points={}, readers=probes, seconds=1e-9))
    assert set(paces) == {"here"}, "one that cannot be used here is no reason to measure nothing"
    assert paces["here"].alone > 0 and paces["here"].packs == {}


def test_a_pack_is_measured_with_all_its_members_and_one_that_fails_is_none(monkeypatch):
    [found] = measure_pace(job(points={"own": toy_point()}, seconds=1e-9, members=(2, 3))).values()
    assert set(found.packs) == {2, 3} and all(pace > 0 for pace in found.packs.values())

    def fails(*_arguments):
        raise RuntimeError("vmap")

    monkeypatch.setattr(Pack, "advance", fails)
    [found] = measure_pace(job(points={"own": toy_point()}, seconds=1e-9, members=(2, 3))).values()
    assert found.alone > 0 and found.packs == {}


def test_scratch_models_have_the_whole_vocabulary_and_pretrained_ones_their_limits(checkpoint, monkeypatch):
    sizes = {}
    beginning = Trainer.__init__

    def begin(trainer, model, point, split, **rest):
        sizes[type(point.text).__name__] = model.config.vocab_size, int(split.lengths.max())
        beginning(trainer, model, point, split, **rest)

    monkeypatch.setattr(Trainer, "__init__", begin)
    long = tuple(" ".join(["ball"] * 40) for _ in range(3))
    points = {"scratch": toy_point(), "finetune": finetuned(checkpoint)}
    paces = measure_pace(job(points=points, texts=long, max_length=64, seconds=1e-9))
    assert set(paces) == set(points) and all(pace.alone > 0 for pace in paces.values())
    assert sizes["Text"] == (toy_point().text.vocabulary_size, 42)
    assert sizes["PretrainedText"][1] == 20, "the checkpoint has no more positions"


def test_a_checkpoint_that_is_missing_is_told(tmp_path):
    with pytest.raises(PretrainedError, match="must be"):
        measure_pace(job(points={"finetune": finetuned(tmp_path / "nowhere")}))
