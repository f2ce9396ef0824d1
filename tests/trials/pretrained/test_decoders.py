"""Decoders, whose configs name no padding, are trained, saved and loaded as encoders are: by several files together."""

from pathlib import Path

import numpy as np
import pytest
from tokenizers.pre_tokenizers import ByteLevel
from transformers import GPT2Config, LlamaConfig, PreTrainedConfig, Qwen2Config, Qwen2Tokenizer, pipeline

from search_spaces import SPACES, Space
from tests.trials.pretrained.checkpoints import WORDS, save_checkpoint
from tests.trials.pretrained.jobs import dataset, encoded, job_of
from trials.classifiers import load
from trials.metrics import Outputs, log_loss
from trials.protocol import TrialEnd
from trials.run import run_trial

BYTES = {token: number for number, token in enumerate((*sorted(ByteLevel.alphabet()), "<|endoftext|>"))}
SIZES = {
    "vocab_size": len(WORDS), "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2,
    "num_key_value_heads": 1, "intermediate_size": 64, "max_position_embeddings": 64,
}  # fmt: skip
CONFIGS: dict[str, PreTrainedConfig] = {
    "gpt2": GPT2Config(vocab_size=len(WORDS), n_embd=32, n_layer=2, n_head=2, n_positions=64, eos_token_id=2),
    "llama": LlamaConfig(**SIZES),
    "qwen2": Qwen2Config(**{**SIZES, "vocab_size": len(BYTES)}),
}


def without_padding(folder: Path) -> Path:
    """The checkpoint with a tokenizer that names no padding, but the token that ends a text, as decoders have."""
    file = folder / "tokenizer_config.json"
    file.write_text(file.read_text().replace('"pad_token": "<pad>"', '"eos_token": "</s>"'))
    assert '"pad_token"' not in file.read_text()
    return folder


@pytest.mark.parametrize(
    ("family", "space"),
    [
        ("gpt2", "lora"),
        ("llama", "finetune"),
        ("qwen2", "finetune"),
        *(
            pytest.param(*pair, marks=pytest.mark.slow)
            for pair in (("gpt2", "finetune"), ("llama", "lora"), ("qwen2", "lora"))
        ),
    ],
)
def test_a_decoder_is_trained_and_what_is_saved_gives_the_same_in_transformers(
    family: str, space: str, tmp_path: Path
) -> None:
    assert CONFIGS[family].pad_token_id is None
    folder = save_checkpoint(tmp_path / "pretrained", CONFIGS[family])
    if family == "llama":
        without_padding(folder)
    if family == "qwen2":  # transformers reads its texts as bytes, whatever tokenizer is saved
        Qwen2Tokenizer(vocab=BYTES, merges=[], model_max_length=64).save_pretrained(folder)
    own = Space(space, SPACES[space])
    point = own.replay({**own.defaults(), "architecture.checkpoint": str(folder)})
    reports = list(run_trial(job_of(tmp_path, point, budget_examples=270), encoded(folder)))
    assert reports[-1].end == TrialEnd.COMPLETED, reports[-1].cause
    evaluations = [report.evaluation for report in reports if report.evaluation is not None]
    best = [evaluation for evaluation in evaluations if evaluation.is_best][-1]
    validation = dataset().validation
    logits = load(tmp_path / "model").logits(validation.texts)
    assert log_loss(Outputs(logits, validation.labels)) == pytest.approx(best.metrics["log_loss"], rel=1e-3)
    answers = pipeline("text-classification", model=str(tmp_path / "model"))(
        list(validation.texts), batch_size=8, truncation=True
    )
    names = dataset().label_names
    assert [answer["label"] for answer in answers] == [names[label] for label in np.argmax(logits, axis=1)]
