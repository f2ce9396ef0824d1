"""The `Trainer` of transformers, as its documentation recommends it for texts that are in memory."""

import tempfile
import time

import torch
from transformers import DataCollatorWithPadding, PrinterCallback, Trainer, TrainerCallback, TrainingArguments

from benchmarks.throughput.task import Task
from trials.classifiers import build_tokenizer


class Clock(TrainerCallback):
    """Times the training loop alone, without what the `Trainer` sets up before."""

    def on_train_begin(self, *_: object, **__: object) -> None:
        self.started = time.perf_counter()

    def on_train_end(self, *_: object, **__: object) -> None:
        self.seconds = time.perf_counter() - self.started


class Peer:
    """Padding to the longest text of a batch, and each default as it is; nothing is logged, saved or drawn."""

    def __init__(self, task: Task) -> None:
        torch.set_num_threads(1)
        self._task = task
        train = task.data.train
        self._rows = [
            {
                "input_ids": train.tokens[start:stop].tolist(),
                "attention_mask": [1] * (stop - start),
                "labels": int(label),
            }
            for start, stop, label in zip(train.offsets[:-1], train.offsets[1:], train.labels.tolist(), strict=True)
        ]
        self._model = task.model()

    def train(self, examples: int) -> float:
        """Seconds for `examples` examples."""
        clock = Clock()
        batch = self._task.point.training.batch_size
        with tempfile.TemporaryDirectory() as folder:
            arguments = TrainingArguments(
                output_dir=folder,
                per_device_train_batch_size=batch,
                max_steps=examples // batch,
                learning_rate=self._task.point.optimizer.learning_rate,
                weight_decay=self._task.point.optimizer.weight_decay,
                max_grad_norm=self._task.point.optimizer.gradient_clip,
                use_cpu=True,
                report_to="none",
                logging_strategy="no",
                save_strategy="no",
                disable_tqdm=True,
            )
            collator = DataCollatorWithPadding(build_tokenizer(self._task.data))
            trainer = Trainer(
                self._model, arguments, train_dataset=self._rows, data_collator=collator, callbacks=[clock]
            )
            trainer.remove_callback(PrinterCallback)
            trainer.train()
        return clock.seconds
