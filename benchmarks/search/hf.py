"""Training with the `Trainer` of transformers, as its guides do it: what every peer has in common.

Defaults of the library are kept where the guides keep them: random sampling, batches padded to their longest text
(`DataCollatorWithPadding`), fused AdamW, evaluation after each epoch. Turned off is what would only slow a search down:
progress bars, logs to trackers, checkpoints of optimizers. Instead each trial keeps the model of its best epoch, which
takes hundredths of a second, because a search without a model at its end is of no use.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from transformers import (
    EvalPrediction,
    PreTrainedModel,
    PreTrainedTokenizerFast,
    Trainer,
    TrainerCallback,
    TrainingArguments,
)

from benchmarks.search.corpus import TOKENIZER, label_names, read_rows
from benchmarks.search.journal import ENDED, EVALUATED, SCORE_DIGITS, STARTED, Event, Journal, read_events
from benchmarks.search.task import Task
from search_spaces import Point
from trials.models import build_model

SCHEDULES = {"linear": "linear", "cosine": "cosine", "constant": "constant_with_warmup"}
"""Our schedules by the names that transformers gives them."""

EVALUATION_BATCH = 64

Encoded = list[dict[str, Any]]


@dataclass(frozen=True)
class Data:
    """Tokenized splits, one mapping a row, as `Trainer` likes them."""

    train: Encoded
    validation: Encoded
    tokenizer: PreTrainedTokenizerFast
    label_names: tuple[str, ...]


def load_data(task: Task) -> Data:
    """Reads and tokenizes the training and the validation split."""
    tokenizer = PreTrainedTokenizerFast.from_pretrained(task.data / TOKENIZER)
    train, validation = (_encode(task, tokenizer, split) for split in ("train", "validation"))
    return Data(train, validation, tokenizer, label_names(task.data))


def _encode(task: Task, tokenizer: PreTrainedTokenizerFast, split: str) -> Encoded:
    rows = read_rows(task.data, split)
    encoded = tokenizer(rows.texts, truncation=True, max_length=task.max_length, return_token_type_ids=False)
    columns = zip(encoded["input_ids"], encoded["attention_mask"], rows.labels, strict=True)
    return [{"input_ids": ids, "attention_mask": mask, "labels": label} for ids, mask, label in columns]


def build(point: Point, task: Task, data: Data) -> PreTrainedModel:
    """The classifier of `point`: `ModernBertForSequenceClassification` with fresh weights."""
    return build_model(
        point.architecture,
        vocabulary_size=len(data.tokenizer),
        max_length=task.max_length,
        label_names=data.label_names,
    )


def fields(point: Point) -> dict[str, float | int | str]:
    """The fields of `TrainingArguments` that `point` decides."""
    optimizer, training = point.optimizer, point.training
    return {
        "per_device_train_batch_size": training.batch_size,
        "label_smoothing_factor": training.label_smoothing,
        "learning_rate": optimizer.learning_rate,
        "adam_beta1": optimizer.beta1,
        "adam_beta2": optimizer.beta2,
        "adam_epsilon": optimizer.epsilon,
        "weight_decay": optimizer.weight_decay,
        "warmup_steps": optimizer.warmup_share,  # below 1 it is a share of all steps
        "lr_scheduler_type": SCHEDULES[optimizer.schedule],
        "max_grad_norm": optimizer.gradient_clip,
    }


def arguments(task: Task, **decided: Any) -> TrainingArguments:
    """How to train, but for what is `decided` by a point."""
    return TrainingArguments(
        output_dir=str(task.folder / "trainer"),
        num_train_epochs=task.epochs,
        per_device_eval_batch_size=EVALUATION_BATCH,
        eval_strategy="epoch",
        save_strategy="no",
        logging_strategy="no",
        report_to="none",
        disable_tqdm=True,
        use_cpu=True,
        dataloader_pin_memory=False,
        seed=task.seed,
        **decided,
    )


def trainer(point: Point, task: Task, data: Data, told: TrainerCallback) -> Trainer:
    """All that one trial needs."""
    return Trainer(
        model=build(point, task, data),
        args=arguments(task, **fields(point)),
        train_dataset=data.train,
        eval_dataset=data.validation,
        processing_class=data.tokenizer,
        compute_metrics=accuracy,
        callbacks=[told],
    )


def accuracy(prediction: EvalPrediction) -> dict[str, float]:
    """The validation score."""
    return {"accuracy": float(np.mean(prediction.predictions.argmax(axis=-1) == prediction.label_ids))}


class Told(TrainerCallback):
    """Notes each evaluation of one trial, keeps its best model, and then calls `report` with epoch and score."""

    def __init__(self, task: Task, trial: str, rows: int, report: Callable[[int, float], None]) -> None:
        self._task, self._trial, self._rows, self._report = task, trial, rows, report
        self._journal = Journal(task)
        self._best: tuple[float, Path | None] = (-1.0, None)
        self._journal.tell(Event(STARTED, trial, task.elapsed))

    def on_evaluate(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
        """After each epoch. The time is taken before the model is saved."""
        seconds, epoch = self._task.elapsed, round(state.epoch)
        score = round(rest["metrics"]["eval_accuracy"], SCORE_DIGITS)
        if score > self._best[0] and seconds <= self._task.seconds:
            self._keep(score, epoch, rest["model"], rest["processing_class"])
        examples, model = epoch * self._rows, str(self._best[1])
        self._journal.tell(Event(EVALUATED, self._trial, seconds, examples, score, model=model))
        self._report(epoch, score)

    def _keep(self, score: float, epoch: int, model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast) -> None:
        folder, old = self._task.folder / "models" / self._trial / str(epoch), self._best[1]
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
        self._best = score, folder
        if old is not None:
            shutil.rmtree(old)


def tell_end(task: Task, trial: str, how: str) -> None:
    """Notes that a trial has ended, at its last evaluation, which may lie a little back."""
    told = [event.seconds for event in read_events(task.folder) if event.trial == trial and event.event == EVALUATED]
    Journal(task).tell(Event(ENDED, trial, max(told, default=task.elapsed), how=how))


def best_model(task: Task) -> Path | None:
    """The model with the best validation score within the time, which a user would take."""
    told = [event for event in read_events(task.folder) if event.event == EVALUATED and event.seconds <= task.seconds]
    best = max(told, key=lambda event: event.score, default=None)
    return None if best is None else Path(best.model)
