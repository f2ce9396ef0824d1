"""SIGKILL at any instant of a save leaves the save before or the new one, whole."""

import multiprocessing
import random
import signal
import time
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from tests.trials.savers import save_and_die, save_for_ever
from tests.waiting import wait_until
from trials.classifiers.model_checkpoint import WEIGHTS
from trials.files.state_file import read_state

pytestmark = pytest.mark.integration

KILLS = 15


@pytest.fixture(scope="module")
def processes() -> multiprocessing.context.BaseContext:
    """Children of a server that has imported everything already: they begin at once, and share no thread with us."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.trials.savers"])
    return context


def model_number(folder: Path) -> int | None:
    """The number of the save that lies there, which must load as a whole; None if nothing is there."""
    if not folder.exists():
        return None
    AutoModelForSequenceClassification.from_pretrained(folder)
    AutoTokenizer.from_pretrained(folder)
    return number_of(load_file(folder / WEIGHTS))


def state_number(folder: Path) -> int | None:
    saved = read_state(folder, "me")
    if saved is None:
        return None
    tensors, facts = saved
    assert facts["number"] == number_of(tensors)
    return number_of(tensors)


def number_of(tensors: dict[str, torch.Tensor]) -> int:
    (value,) = {value.item() for tensor in tensors.values() for value in tensor.unique()}
    return int(value)


NUMBER = {"model": model_number, "state": state_number}


@pytest.mark.parametrize("kind", ["model", "state"])
def test_kills_at_random_instants(tmp_path: Path, kind: str, processes: multiprocessing.context.BaseContext) -> None:
    """The count has no lock: whoever is killed while it holds one keeps it for ever."""
    folder = tmp_path / "trials" / "00001"
    done = processes.RawValue("i", 0)
    generator = random.Random(0)
    for _ in range(KILLS):
        before = done.value
        child = processes.Process(target=save_for_ever, args=(kind, folder, done))
        child.start()
        wait_until(lambda before=before: done.value > before, every=0.001)
        time.sleep(generator.uniform(0, 0.03))
        child.kill()
        child.join()
        assert child.exitcode == -signal.SIGKILL
        assert NUMBER[kind](folder) in (done.value, done.value + 1)
    assert done.value > KILLS


@pytest.mark.parametrize("kind", ["model", "state"])
@pytest.mark.parametrize("first", [True, False], ids=["first save", "later save"])
def test_kills_before_each_step_of_a_save(
    tmp_path: Path, kind: str, first: bool, processes: multiprocessing.context.BaseContext
) -> None:
    """The later save is that of a trial that goes on in another process."""
    kills = 0
    for step in range(1, 100):
        folder = tmp_path / f"{step}" / "00001"
        if not first:
            assert die(processes, kind, folder, 1, 0) == 0
        exit_code = die(processes, kind, folder, 2, step)
        if exit_code == 0:
            break
        assert exit_code == -signal.SIGKILL
        kills += 1
        assert NUMBER[kind](folder) in ((None, 2) if first else (1, 2))
        assert die(processes, kind, folder, 3, 0) == 0
        assert NUMBER[kind](folder) == 3
        assert [path.name for path in folder.parent.iterdir()] == ["00001"]
        assert not list(folder.glob(".*"))
    assert kills > 5


def die(processes: multiprocessing.context.BaseContext, *arguments: object) -> int | None:
    child = processes.Process(target=save_and_die, args=arguments)
    child.start()
    child.join()
    return child.exitcode
