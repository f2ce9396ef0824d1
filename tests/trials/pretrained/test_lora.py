"""Low-rank matrices beside a pretrained encoder's, merged when the model is kept."""

from pathlib import Path

import pytest
import torch
from transformers import AutoModelForSequenceClassification, ElectraConfig, ModernBertConfig, pipeline

from search_spaces import SPACES, LowRank, Point, Pretrained, Space
from tests.trials.pretrained.checkpoints import BERT, WORDS, save_checkpoint
from tests.trials.pretrained.jobs import encoded, job_of
from tests.trials.toy import LABELS, toy_texts
from trials.pretrained.encoder_loading import load_model
from trials.pretrained.lora import is_adapted, merged_weights
from trials.protocol import TrialEnd
from trials.run import run_trial

SPACE = Space("lora", SPACES["lora"])
CONFIGS = {
    "bert": BERT,
    "electra": ElectraConfig(
        vocab_size=len(WORDS), embedding_size=16, hidden_size=32, num_hidden_layers=3, num_attention_heads=2,
        intermediate_size=64, max_position_embeddings=20, pad_token_id=1,
    ),
    "modernbert": ModernBertConfig(
        vocab_size=len(WORDS), hidden_size=32, num_hidden_layers=3, num_attention_heads=2, intermediate_size=64,
        pad_token_id=1, cls_token_id=0, sep_token_id=2, bos_token_id=0, eos_token_id=2,
    ),
}  # fmt: skip


def point(checkpoint: Path, **values: object) -> Point:
    return SPACE.replay({**SPACE.defaults(), "architecture.checkpoint": str(checkpoint), **values})


@pytest.fixture(params=CONFIGS)
def folder(request, tmp_path) -> Path:
    return save_checkpoint(tmp_path / "pretrained", CONFIGS[request.param])


def adapted(folder: Path, targets: str = "all"):
    return load_model(Pretrained(str(folder), 0.0, 0.0, 0.0, 0.0, LowRank(4, 8, targets, 0.0)), LABELS)


def test_only_the_new_matrices_and_the_classifier_learn(folder):
    model = adapted(folder)
    learning = {name for name, parameter in model.named_parameters() if parameter.requires_grad}
    assert any("lora_A" in name for name in learning)
    encoder = {name for name in learning if name.startswith(f"{model.base_model_prefix}.") and "pooler" not in name}
    assert all("lora_" in name for name in encoder)
    assert any(not name.startswith(f"{model.base_model_prefix}.") for name in learning)
    few = {name for name, parameter in adapted(folder, "attention").named_parameters() if "lora_A" in name}
    assert few < learning and all("att" in name for name in few)


def test_merged_it_gives_the_same(folder):
    model = adapted(folder).eval()
    generator = torch.Generator().manual_seed(0)
    for name, parameter in model.named_parameters():
        if "lora_B" in name:
            parameter.data.normal_(generator=generator)
    plain = AutoModelForSequenceClassification.from_config(model.config).eval()
    before = {name: weight.clone() for name, weight in model.state_dict().items()}
    plain.load_state_dict(merged_weights(model), strict=True)
    tokens = torch.randint(5, len(WORDS), (3, 7), generator=generator)
    with torch.no_grad():
        torch.testing.assert_close(plain(tokens).logits, model(tokens).logits, atol=1e-4, rtol=1e-4)
    assert all(torch.equal(weight, before[name]) for name, weight in model.state_dict().items()), "it may train on"
    assert is_adapted(model) and not is_adapted(plain)


@pytest.mark.parametrize(
    "folder",
    ["modernbert", *(pytest.param(name, marks=pytest.mark.slow) for name in ("bert", "electra"))],
    indirect=True,
)
def test_a_trial_learns_and_is_handed_over_without_an_adapter(tmp_path, folder):
    values = {
        "optimizer.learning_rate": 1e-2,
        "optimizer.head_learning_rate": 1e-2,
        "architecture.classifier_dropout": 0.0,
    }
    job = job_of(tmp_path, point(folder, **values), budget_examples=4000)
    reports = list(run_trial(job, encoded(folder)))
    assert reports[-1].end is TrialEnd.COMPLETED, reports[-1].cause
    best = max((report.evaluation for report in reports[1:]), key=lambda found: found.metrics["macro_f1"])
    assert best.metrics["accuracy"] > 0.6
    texts, labels = toy_texts(30, 1)
    answers = pipeline("text-classification", model=str(job.checkpoint), device="cpu")(texts, truncation=True)
    right = sum(answer["label"] == LABELS[label] for answer, label in zip(answers, labels, strict=True))
    assert right / len(texts) == pytest.approx(best.metrics["accuracy"])


def test_a_trial_that_was_cut_off_goes_on_with_its_matrices(tmp_path):
    folder = save_checkpoint(tmp_path / "pretrained")
    whole = [report.evaluation for report in run_trial(job_of(tmp_path / "a", point(folder)), encoded(folder))]
    job = job_of(tmp_path / "b", point(folder))
    running = run_trial(job, encoded(folder))
    for _ in range(3):
        next(running)
    running.close()
    rest = [report.evaluation for report in run_trial(job, encoded(folder))]
    assert [found.metrics for found in rest][-1] == whole[-1].metrics
