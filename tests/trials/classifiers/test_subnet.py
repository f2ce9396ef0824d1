"""A whole trial that keeps a part of a pretrained checkpoint."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModelForSequenceClassification, ModernBertConfig, MPNetConfig, pipeline

from automl.core.errors import UsageError
from automl.export.load_model import load_classifier
from search_spaces import SPACES, Kept, LowRank, Point, Pretrained, Space
from tests.trials.pretrained.checkpoints import BERT, WORDS, save_checkpoint
from tests.trials.pretrained.jobs import encoded, job_of
from tests.trials.toy import LABELS, toy_texts
from trials.classifiers import ModelCheckpoint
from trials.classifiers.subnet import KIND
from trials.errors import PretrainedError
from trials.files import VALIDATION_LOGITS
from trials.files.classifier_format import ARRAYS, ENCODER, FACTS, read_kind
from trials.pretrained.encoder_loading import load_model
from trials.pretrained.layer_levels import layers_of
from trials.pretrained.lora import merged_weights
from trials.pretrained.structured_pruning import kept_heads
from trials.protocol import TrialEnd
from trials.run import run_trial

SPACE = Space("subnet", SPACES["subnet"])
FAST = {
    "text.longest": 64,
    "optimizer.learning_rate": 3e-3,
    "optimizer.head_learning_rate": 1e-2,
    "optimizer.layer_decay": 1.0,
    "architecture.hidden_dropout": 0.0,
    "architecture.classifier_dropout": 0.0,
}
HALF = {"architecture.heads_share": 0.5, "architecture.feed_forward_share": 0.5, **FAST}
CONFIGS = {
    "bert": BERT,
    "modernbert": ModernBertConfig(
        vocab_size=len(WORDS), hidden_size=32, num_hidden_layers=4, num_attention_heads=2, intermediate_size=64,
        pad_token_id=1, cls_token_id=0, sep_token_id=2, bos_token_id=0, eos_token_id=2,
    ),
}  # fmt: skip


def point(checkpoint: Path, **values: object) -> Point:
    return SPACE.replay({**SPACE.defaults(), "architecture.checkpoint": str(checkpoint), **values})


def kept(checkpoint: Path, *shares: object) -> Pretrained:
    return Pretrained(str(checkpoint), 0.0, 0.0, 0.0, 0.0, kept=Kept(*shares))


def accuracy(answers: list[str]) -> float:
    _, labels = toy_texts(30, 1)
    return float(np.mean([answer == LABELS[label] for answer, label in zip(answers, labels, strict=True)]))


def test_it_keeps_the_shares_that_the_point_says(checkpoint: Path) -> None:
    model = load_model(kept(checkpoint, 0.67, 0.5, 0.25, "spread"), LABELS, encoded(checkpoint).train)
    assert len(layers_of(model)) == model.config.num_hidden_layers == 3
    assert (kept_heads(model), model.config.intermediate_size) == (1, 16)
    whole = load_model(kept(checkpoint, 1.0, 1.0, 1.0, "lowest"), LABELS)
    for here, there in zip(range(3), (0, 2, 3), strict=True):
        name = "attention.output.LayerNorm.weight"
        assert torch.equal(layers_of(model)[here].get_parameter(name), layers_of(whole)[there].get_parameter(name))


def test_what_is_kept_can_be_frozen_and_adapted(checkpoint: Path) -> None:
    settings = replace(kept(checkpoint, 0.5, 0.5, 0.5, "lowest"), frozen_share=0.5)
    model = load_model(settings, LABELS, encoded(checkpoint).train)
    assert not model.bert.encoder.layer[0].output.dense.weight.requires_grad
    assert model.bert.encoder.layer[1].output.dense.weight.requires_grad
    adapted = load_model(
        replace(settings, frozen_share=0.0, adapter=LowRank(4, 8, "all", 0.0)), LABELS, encoded(checkpoint).train
    )
    merged = merged_weights(adapted)
    assert {name: weight.shape for name, weight in merged.items()} == {
        name: weight.shape for name, weight in model.state_dict().items()
    }


def test_a_kind_that_cannot_be_cut_is_the_trial_s_end_with_a_plain_sentence(tmp_path: Path) -> None:
    config = MPNetConfig(vocab_size=len(WORDS), hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
                         intermediate_size=64, max_position_embeddings=40, pad_token_id=1)  # fmt: skip
    folder = save_checkpoint(tmp_path / "mpnet", config)
    with pytest.raises(PretrainedError, match=r"must be of a kind that can be pruned.*with the space 'finetune'$"):
        load_model(kept(folder, 1.0, 0.5, 1.0, "lowest"), LABELS, encoded(folder).train)
    (last,) = run_trial(job_of(tmp_path, point(folder, **HALF)), encoded(folder))
    assert last.end is TrialEnd.ERROR
    assert "must be of a kind that can be pruned" in last.cause


@pytest.mark.parametrize("family", CONFIGS)
def test_with_fewer_heads_it_learns_and_is_read_from_a_folder_of_ours(tmp_path: Path, family: str) -> None:
    folder = save_checkpoint(tmp_path / "pretrained", CONFIGS[family])
    job = job_of(tmp_path, point(folder, **HALF), budget_examples=2000)
    reports = list(run_trial(job, encoded(folder)))
    assert reports[-1].end is TrialEnd.COMPLETED, reports[-1].cause
    best = max((report.evaluation for report in reports[1:]), key=lambda found: found.metrics["macro_f1"])
    assert best.metrics["accuracy"] > 0.5
    assert {path.name for path in job.checkpoint.iterdir()} == {FACTS, ARRAYS, ENCODER, VALIDATION_LOGITS}
    assert read_kind(job.checkpoint) == KIND
    texts, _ = toy_texts(30, 1)
    logits = load_classifier(job.checkpoint).logits(texts)
    assert accuracy([LABELS[index] for index in logits.argmax(axis=1)]) == pytest.approx(best.metrics["accuracy"])
    one_by_one = np.concatenate([load_classifier(job.checkpoint).logits([text]) for text in texts[:3]])
    np.testing.assert_allclose(one_by_one, logits[:3], rtol=1e-2, atol=1e-2)


@pytest.mark.parametrize("family", CONFIGS)
def test_with_its_missing_heads_as_zeros_transformers_reads_it_and_gives_the_same(tmp_path: Path, family: str) -> None:
    config = type(CONFIGS[family])(**{**CONFIGS[family].to_diff_dict(), "num_attention_heads": 4})
    folder = save_checkpoint(tmp_path / "pretrained", config)
    found = point(folder, **FAST, **{"architecture.heads_share": 0.75})
    part = replace(found.architecture.kept, is_padded=True)
    found = replace(found, architecture=replace(found.architecture, kept=part))
    job = job_of(tmp_path, found, budget_examples=400)
    *_, last = run_trial(job, encoded(folder))
    assert last.end is TrialEnd.COMPLETED, last.cause
    model = load_model(found.architecture, LABELS, encoded(folder).train).eval()
    assert kept_heads(model) == 3
    ModelCheckpoint(tmp_path / "again", encoded(folder)).save(model)
    for saved in (job.checkpoint, tmp_path / "again"):
        assert read_kind(saved) is None
        loaded, report = AutoModelForSequenceClassification.from_pretrained(saved, output_loading_info=True)
        assert not report["missing_keys"] and loaded.config.num_attention_heads == 4
    tokens = torch.randint(5, len(WORDS), (3, 7), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        torch.testing.assert_close(loaded(tokens).logits, model(tokens).logits, atol=1e-5, rtol=1e-5)
    texts, _ = toy_texts(30, 1)
    assert len(pipeline("text-classification", model=str(job.checkpoint), device="cpu")(texts, truncation=True)) == 30


def test_how_missing_heads_are_saved_is_no_part_of_the_identity_of_a_training_state() -> None:
    parts = [Kept(1.0, 0.5, 1.0, "lowest", is_padded=is_padded) for is_padded in (False, True)]
    assert repr(parts[0]) == repr(parts[1])


def test_with_all_its_heads_it_is_a_model_of_transformers(tmp_path: Path, checkpoint: Path) -> None:
    found = point(checkpoint, **FAST, **{"architecture.feed_forward_share": 0.5})
    job = job_of(tmp_path, found, budget_examples=2000)
    *_, last = run_trial(job, encoded(checkpoint))
    assert last.end is TrialEnd.COMPLETED, last.cause
    model = AutoModelForSequenceClassification.from_pretrained(job.checkpoint)
    assert (model.config.num_hidden_layers, model.config.intermediate_size) == (3, 32)
    answers = pipeline("text-classification", model=str(job.checkpoint), device="cpu")(
        toy_texts(30, 1)[0], truncation=True
    )
    assert accuracy([answer["label"] for answer in answers]) > 0.5


def test_a_trial_that_was_cut_off_gives_the_same_numbers(tmp_path: Path, checkpoint: Path) -> None:
    data, found = encoded(checkpoint), point(checkpoint, **{**HALF, "architecture.hidden_dropout": 0.1})
    expected = [
        replace(report.evaluation, seconds=0.0) for report in run_trial(job_of(tmp_path / "whole", found), data)
    ]
    job = job_of(tmp_path / "cut", found)
    trial = run_trial(job, data)
    told = [next(trial) for _ in range(3)]
    trial.close()
    told += run_trial(replace(job, told=told[-1].evaluation.step), data)
    assert [replace(report.evaluation, seconds=0.0) for report in told] == expected
    for name in (ARRAYS, FACTS, f"{ENCODER}/config.json"):
        assert (job.checkpoint / name).read_bytes() == (tmp_path / "whole" / "model" / name).read_bytes()


def test_it_costs_what_is_left_of_it(tmp_path: Path, checkpoint: Path) -> None:
    sizes = []
    for values in ({"architecture.depth_share": 1.0}, {}, HALF):
        *_, last = run_trial(job_of(tmp_path, point(checkpoint, **values), budget_examples=81), encoded(checkpoint))
        sizes.append(last.cost.parameters)
    whole = load_model(kept(checkpoint, 1.0, 1.0, 1.0, "lowest"), LABELS)
    assert sizes[0] - sizes[1] == sum(parameter.numel() for parameter in layers_of(whole)[0].parameters())
    assert sizes[2] < sizes[1]


@pytest.mark.parametrize("harm", ["config", "weights", "tokenizer", "facts"])
def test_a_damaged_folder_is_refused_with_one_sentence(tmp_path: Path, checkpoint: Path, harm: str) -> None:
    job = job_of(tmp_path, point(checkpoint, **HALF), budget_examples=81)
    list(run_trial(job, encoded(checkpoint)))
    match harm:
        case "config":
            (job.checkpoint / ENCODER / "config.json").unlink()
        case "weights":
            (job.checkpoint / ARRAYS).write_bytes(b"torn")
        case "tokenizer":
            (job.checkpoint / ENCODER / "tokenizer.json").write_text("{")
        case "facts":
            facts = job.checkpoint / FACTS
            facts.write_text(facts.read_text().replace('"heads": 1', '"heads": 2'))
    with pytest.raises(UsageError, match=f"in '{job.checkpoint}"):
        load_classifier(job.checkpoint)
