"""Processes that save again and again until they are killed. Save number i has i in every weight."""

import os
import sys
from collections.abc import Callable
from ctypes import c_int
from itertools import count
from pathlib import Path

import torch

from tests.trials.toy import LABELS, MAX_LENGTH, toy_dataset, toy_point, toy_tokenizer
from trials.classifiers.model_checkpoint import ModelCheckpoint
from trials.files.state_file import write_state
from trials.models import build_model


def model_saver(folder: Path) -> Callable[[int], None]:
    tokenizer = toy_tokenizer()
    size = tokenizer.get_vocab_size()
    point = toy_point()
    model = build_model(point.architecture, vocabulary_size=size, max_length=MAX_LENGTH, label_names=LABELS)
    checkpoint = ModelCheckpoint(folder, toy_dataset())

    def save(number: int) -> None:
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.fill_(number)
        checkpoint.save(model)

    return save


def state_saver(folder: Path) -> Callable[[int], None]:
    def save(number: int) -> None:
        tensors = {f"tensor{index}": torch.full((200, 100), float(number)) for index in range(5)}
        write_state(folder, "me", tensors, {"number": number})

    return save


FILE_EVENTS = {"open", "os.rename", "os.mkdir", "os.rmdir", "os.remove", "os.chmod", "os.scandir", "shutil.rmtree"}
"""What Python tells of its dealings with files, before it does them."""

SAVERS = {"model": model_saver, "state": state_saver}


def save_for_ever(kind: str, folder: Path, number: c_int) -> None:
    """`number` counts the saves that are done, over all processes."""
    torch.set_num_threads(1)
    save = SAVERS[kind](folder)
    for index in count(number.value + 1):
        save(index)
        number.value = index


def save_and_die(kind: str, folder: Path, number: int, step: int) -> None:
    """Kills itself in its save `number`, before it does its `step`th thing to files; exits with 0 if it did fewer."""
    torch.set_num_threads(1)
    save = SAVERS[kind](folder)
    events = 0

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal events
        if event in FILE_EVENTS:
            events += 1
            if events == step:
                os.kill(os.getpid(), 9)

    sys.addaudithook(watch)
    save(number)
