"""Where memory is short, batches are computed in parts, and nothing else changes."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch.optim.optimizer import register_optimizer_step_pre_hook
from transformers import PreTrainedModel
from transformers.models.modernbert.modeling_modernbert import ModernBertEmbeddings

from tests.trials.toy import toy_dataset, toy_job
from tests.trials.training.test_trainer import model_of, still_point
from trials.hardware.micro_batches import MicroBatches
from trials.protocol import TrialEnd
from trials.run import run_trial
from trials.training.compute import Compute
from trials.training.prediction import predict
from trials.training.trainer import Trainer

DATA = toy_dataset()
CPU = torch.device("cpu")


@pytest.fixture
def most_texts(monkeypatch: pytest.MonkeyPatch):
    """Sets the most texts that a model has memory for; gives the list of batch sizes that come.

    The call `refused` fails too, whatever its size.
    """
    forward = ModernBertEmbeddings.forward

    def limit(texts: int, refused: int = 0) -> list[int]:
        sizes: list[int] = []

        def short_of_memory(self, input_ids: torch.Tensor, **rest: object):
            sizes.append(len(input_ids))
            if len(input_ids) > texts or len(sizes) == refused:
                raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")
            return forward(self, input_ids=input_ids, **rest)

        monkeypatch.setattr(ModernBertEmbeddings, "forward", short_of_memory)
        return sizes

    return limit


def trained(parts: int) -> tuple[PreTrainedModel, list[float]]:
    model = model_of(still_point())
    compute = Compute(CPU, torch.float32, MicroBatches(parts))
    trainer = Trainer(model, still_point(), DATA.train, budget=200, seed=3, compute=compute)
    return model, [trainer.train(50) for _ in range(4)]


@pytest.mark.parametrize("parts", [2, 3, 16])
def test_losses_and_updates_are_those_of_whole_batches(parts: int) -> None:
    whole, expected = trained(1)
    model, losses = trained(parts)
    assert losses == pytest.approx(expected, rel=1e-4)
    for (name, found), wanted in zip(model.named_parameters(), whole.parameters(), strict=True):
        torch.testing.assert_close(found, wanted, rtol=1e-3, atol=1e-5, msg=name)


def test_gradients_are_those_of_a_whole_batch(most_texts) -> None:
    """Those of a try that failed half way are not among them."""
    gradients: list[list[torch.Tensor]] = []

    def note(optimizer: torch.optim.Optimizer, *_: object) -> None:
        parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
        gradients.append([parameter.grad.clone() for parameter in parameters])

    hook = register_optimizer_step_pre_hook(note)
    for texts, refused in ((16, 0), (8, 0), (8, 3)):  # (8, 3): the first half is done when the second fails
        most_texts(texts, refused)
        compute = Compute(CPU, torch.float32)
        Trainer(model_of(still_point()), still_point(), DATA.train, budget=200, seed=3, compute=compute).train(16)
    hook.remove()
    whole, *in_parts = gradients
    for found in in_parts:
        torch.testing.assert_close(found, whole, rtol=1e-4, atol=1e-6)


def test_a_trial_goes_on_in_parts_and_says_so(tmp_path: Path, most_texts) -> None:
    sizes = most_texts(5)
    reports = list(run_trial(toy_job(tmp_path), DATA))
    assert reports[-1].end is TrialEnd.COMPLETED
    assert reports[-1].evaluation.metrics["accuracy"] > 0.8
    assert {report.cost.batch_parts for report in reports[1:]} == {8}  # 30 texts at once in the validation split
    assert sum(size > 5 for size in sizes) < 6  # what was too large once is not tried again


def test_a_job_may_begin_in_parts(tmp_path: Path, most_texts) -> None:
    sizes = most_texts(10**6)
    reports = list(run_trial(toy_job(tmp_path, batch_parts=4), DATA))
    assert max(sizes) == 8  # of 30
    assert reports[-1].cost.batch_parts == 4


def test_one_text_that_is_too_large_is_the_end(tmp_path: Path, most_texts) -> None:
    sizes = most_texts(0)
    (last,) = run_trial(toy_job(tmp_path), DATA)
    assert last.end is TrialEnd.OUT_OF_MEMORY
    assert "Tried to allocate" in last.cause
    assert sizes[-1] == 1


def test_a_look_at_a_split_takes_parts_too(most_texts) -> None:
    model = model_of(still_point()).eval()
    whole = predict(model, DATA.validation, Compute(CPU, torch.float32))
    compute = Compute(CPU, torch.float32)
    most_texts(7)
    assert predict(model, DATA.validation, compute) == pytest.approx(whole, abs=1e-5)
    assert compute.parts.count == 8


CHILD = """
import resource, sys
from dataclasses import replace
from pathlib import Path
import numpy as np
from tests.trials.toy import toy_dataset, toy_job, toy_point
from trials.data.dataset import EncodedSplit
from trials.run import run_trial

data = toy_dataset()
texts, length = 512, 256
tokens = np.random.default_rng(0).integers(5, 20, texts * length).astype(np.int32)
split = EncodedSplit(tokens, np.arange(texts + 1) * length, np.arange(texts) % 3)
data = replace(data, train=split, max_length=length)
point = toy_point()
point = replace(
    point,
    training=replace(point.training, batch_size=256),
    architecture=replace(point.architecture, heads=4, head_width=32, feed_forward_ratio=4.0),
)
list(run_trial(toy_job(Path(sys.argv[1]) / "small", budget_examples=81), toy_dataset()))
size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (size + int(sys.argv[2]) * 2**20, resource.RLIM_INFINITY))
last = list(run_trial(toy_job(Path(sys.argv[1]) / "large", point, budget_examples=162), data))[-1]
print(last.end, last.cost.batch_parts, last.cause)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_AS holds on Linux only")
def test_a_process_that_gets_no_more_memory(tmp_path: Path) -> None:
    """54 texts of 256 tokens take some 450 MiB; the process gets 300."""
    command = [sys.executable, "-c", CHILD, str(tmp_path), "300"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    end, parts, *cause = done.stdout.split(maxsplit=2)
    assert end == "completed", cause
    assert int(parts) > 1
