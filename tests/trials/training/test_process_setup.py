"""A process before its trial."""

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from search_spaces import SPACES, Defaults
from tests.trials.toy import toy_job
from trials.training.process_setup import prepare


@pytest.fixture(autouse=True)
def threads_as_before():
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def drawn() -> tuple[float, float, float]:
    return random.random(), float(np.random.random()), float(torch.rand(()))


def test_what_ran_before_has_no_say(tmp_path: Path) -> None:
    prepare(toy_job(tmp_path))
    first = drawn()
    drawn()
    torch.set_num_threads(2)
    torch.set_flush_denormal(False)
    prepare(toy_job(tmp_path))
    assert drawn() == first
    assert torch.get_num_threads() == 1
    prepare(toy_job(tmp_path, seed=8))
    assert drawn() != first


def test_it_computes_as_the_job_says(tmp_path: Path) -> None:
    compute = prepare(toy_job(tmp_path, precision="bf16", batch_parts=4, threads=2))
    assert (compute.device.type, compute.dtype, compute.parts.count) == ("cpu", torch.bfloat16, 4)
    assert torch.get_num_threads() == 2


def test_only_a_process_that_trains_alone_computes_in_fp16(tmp_path: Path, monkeypatch) -> None:
    asked = []

    def chosen(name: str, device: torch.device, *, scales: bool) -> torch.dtype:
        asked.append(scales)
        return torch.float32

    monkeypatch.setattr("trials.training.process_setup.choose_precision", chosen)
    job = toy_job(tmp_path)
    for other in (job, replace(job, processes=2), replace(job, point=SPACES["linear"](Defaults()))):
        prepare(other)
    prepare(job, scales=False)
    assert asked == [True, False, False, False]


@pytest.mark.skipif(not torch.set_flush_denormal(True), reason="this processor cannot do so")
def test_numbers_next_to_zero_are_zero(tmp_path: Path) -> None:
    torch.set_flush_denormal(False)
    assert (torch.tensor(1e-30) * torch.tensor(1e-10)).item() > 0.0
    prepare(toy_job(tmp_path))
    assert (torch.tensor(1e-30) * torch.tensor(1e-10)).item() == 0.0


@pytest.mark.parametrize(("fields", "said"), [({"precision": "fp8"}, "fp8"), ({"device": "cuda:99"}, "cuda:99")])
def test_what_this_machine_cannot_do_is_refused(tmp_path: Path, fields: dict[str, str], said: str) -> None:
    if torch.cuda.is_available() and "device" in fields:
        pytest.skip("there is a GPU")
    with pytest.raises(ValueError, match=said):
        prepare(toy_job(tmp_path, **fields))
