"""Measures transformers' Trainer: `python -m benchmarks.gpu.hf KIND SECONDS`; KIND is `defaults` or `no-cudnn`."""

import json
import sys
import tempfile
import time
import warnings

import torch
from transformers import PrinterCallback, Trainer, TrainerCallback, TrainingArguments

from benchmarks.gpu.task import SHAPES, Shape, data_of, lengths, model_of

FIRST = 30
"""Steps that are left out."""


class Clock(TrainerCallback):
    """Notes when each step ended, and stops after `seconds`."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.marks: list[float] = []

    def on_step_end(self, args, state, control, **rest):
        if len(self.marks) == FIRST:
            torch.cuda.synchronize()
        self.marks.append(time.perf_counter())
        if len(self.marks) > FIRST and self.marks[-1] - self.marks[FIRST] > self._seconds:
            torch.cuda.synchronize()
            self.marks[-1] = time.perf_counter()
            control.should_training_stop = True


def padded(rows: list[dict[str, object]]) -> dict[str, torch.Tensor]:
    """A batch, padded to its longest text."""
    longest = max(len(row["tokens"]) for row in rows)
    tokens = torch.zeros(len(rows), longest, dtype=torch.long)
    mask = torch.zeros(len(rows), longest, dtype=torch.long)
    for place, row in enumerate(rows):
        tokens[place, : len(row["tokens"])] = row["tokens"]
        mask[place, : len(row["tokens"])] = 1
    return {"input_ids": tokens, "attention_mask": mask, "labels": torch.tensor([row["labels"] for row in rows])}


def measured(shape: Shape, texts: str, seconds: float) -> dict[str, object]:
    """Texts a second, once it is warm, and memory."""
    data, clock = data_of(shape, texts), Clock(seconds)
    torch.cuda.reset_peak_memory_stats()
    split = data.train
    rows = [
        {"tokens": torch.from_numpy(split.tokens[start:end]).long(), "labels": int(label)}
        for start, end, label in zip(split.offsets[:-1], split.offsets[1:], split.labels, strict=True)
    ]
    arguments = TrainingArguments(
        output_dir=tempfile.mkdtemp(),
        per_device_train_batch_size=shape.batch_size,
        max_steps=100_000,
        bf16=True,
        report_to="none",
        logging_strategy="no",
        save_strategy="no",
        disable_tqdm=True,
        remove_unused_columns=False,
    )
    trainer = Trainer(model_of(shape, data), arguments, train_dataset=rows, data_collator=padded, callbacks=[clock])
    trainer.remove_callback(PrinterCallback)
    trainer.train()
    steps = len(clock.marks) - 1 - FIRST
    return {
        "samples_per_second": steps * shape.batch_size / (clock.marks[-1] - clock.marks[FIRST]),
        "peak_mib": torch.cuda.max_memory_allocated() / 2**20,
    }


def main() -> None:
    """Measure all models on texts of both lengths."""
    kind, seconds = sys.argv[1], float(sys.argv[2])
    warnings.simplefilter("ignore")
    torch.backends.cuda.enable_cudnn_sdp(kind == "defaults")
    for texts in lengths():
        for shape in SHAPES:
            found = measured(shape, texts, seconds)
            told = {"contender": f"Trainer, {kind}", "model": shape.name, "texts": texts, **found}
            print(json.dumps(told), flush=True)
            torch.cuda.empty_cache()


if __name__ == "__main__":
    main()
