"""Our own trainer, whole or without one of its levers."""

import time
from collections.abc import Callable

import torch

import trials.data.encoding.batches
import trials.models.cpu
import trials.training.optimization.optimizer
from benchmarks.throughput.task import Task
from trials.hardware import choose_precision, keep_freed_memory, use_fast_products
from trials.models.cpu import has_own_forward, use_byte_dropout
from trials.training import Compute, Trainer


def without_buckets() -> None:
    """Batches of any lengths, padded to the longest."""
    trials.data.encoding.batches.WINDOW_BATCHES = 1


def without_fused_optimizer() -> None:
    """AdamW as one kernel a step of its formula, over lists of tensors."""
    trials.training.optimization.optimizer.FUSED_DEVICES = ()


def without_own_forward() -> None:
    """The forward passes of transformers."""
    trials.models.cpu.FORWARDS.clear()


SWITCHES: dict[str, Callable[[], None]] = {
    "length buckets": without_buckets,
    "fused AdamW": without_fused_optimizer,
    "own forward pass": without_own_forward,
}
"""How to do without a lever, in a process of its own."""

LEVERS = (*SWITCHES, "byte dropout", "freed memory kept", "oneDNN", "bf16 where it pays")


class Ours:
    """What `trials.run` does between two evaluations, without the lever `without`."""

    def __init__(self, task: Task, without: str = "") -> None:
        SWITCHES.get(without, lambda: None)()
        torch.set_num_threads(1)
        torch.set_flush_denormal(True)
        if without != "freed memory kept":
            keep_freed_memory()
        model = task.model()
        if without != "byte dropout":
            use_byte_dropout(model)
        cpu = torch.device("cpu")
        compute = Compute(cpu, choose_precision("fp32" if without == "bf16 where it pays" else "auto", cpu))
        use_fast_products(without != "oneDNN" and has_own_forward(model, cpu))
        self._trainer = Trainer(model, task.point, task.data.train, budget=10**6, seed=0, compute=compute)

    def train(self, examples: int) -> float:
        """Seconds for `examples` examples."""
        started = time.perf_counter()
        self._trainer.train(examples)
        return time.perf_counter() - started
