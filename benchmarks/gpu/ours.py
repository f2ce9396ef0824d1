"""Measures our trainer: `python -m benchmarks.gpu.ours KIND SECONDS`, a JSON line for each model and length.

KIND is `graphs`, `eager`, or `as-it-is` for a checkout whose trainer has no graphs yet.
"""

import json
import sys
import time

import torch

from benchmarks.gpu.task import SHAPES, Shape, data_of, lengths, model_of, point_of
from trials import hardware
from trials.training import Compute, Trainer, predict

PORTION = 40
WARM_UP_SHARE = 0.4


def first_epoch(trainer: Trainer, texts: int, batch: int, seconds: float) -> float | None:
    """Seconds of the first epoch, with all that is made only once; None if it takes longer than four measurements.

    Training goes on until it is warm.
    """
    began, seen, found = time.perf_counter(), 0, None
    while found is None or time.perf_counter() - began < WARM_UP_SHARE * seconds:
        trainer.train(PORTION * batch)
        seen += PORTION * batch
        if found is None and seen >= texts:
            found = (time.perf_counter() - began) * texts / seen
        if time.perf_counter() - began > 4 * seconds:
            break
    return found


def pace_of(trainer: Trainer, batch: int, seconds: float) -> float:
    """Texts a second."""
    torch.cuda.synchronize()
    began, seen = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        trainer.train(PORTION * batch)
        seen += PORTION * batch
    torch.cuda.synchronize()
    return seen / (time.perf_counter() - began)


def measured(shape: Shape, texts: str, kind: str, seconds: float) -> dict[str, object]:
    """Texts a second once it is warm, the seconds of the first epoch, memory, and texts a second of an evaluation."""
    device = torch.device("cuda")
    data, batch = data_of(shape, texts), shape.batch_size
    torch.cuda.reset_peak_memory_stats()
    further = {} if kind == "as-it-is" else {"graphs": kind == "graphs"}
    compute = Compute(device, hardware.choose_precision("auto", device), **further)
    model = model_of(shape, data).to(device)
    trainer = Trainer(model, point_of(shape), data.train, budget=10**7, seed=0, compute=compute)
    first = first_epoch(trainer, len(data.train), batch, seconds)
    pace = pace_of(trainer, batch, seconds)
    with trainer.averaged():
        predict(model, data.validation, compute)
        began = time.perf_counter()
        predict(model, data.validation, compute)
        looking = len(data.validation) / (time.perf_counter() - began)
    return {
        "samples_per_second": pace,
        "first_epoch_seconds": first,
        "evaluated_per_second": looking,
        "peak_mib": torch.cuda.max_memory_allocated() / 2**20,
        "reserved_mib": torch.cuda.memory_reserved() / 2**20,
        "held_mib": getattr(trainer, "held_bytes", 0) / 2**20,
        "eager_because": getattr(trainer, "eager_because", None),
    }


def main() -> None:
    """Measure all models on texts of both lengths."""
    kind, seconds = sys.argv[1], float(sys.argv[2])
    if hasattr(hardware, "set_gpu_products"):
        hardware.set_gpu_products()
    for texts in lengths():
        for shape in SHAPES:
            found = measured(shape, texts, kind, seconds)
            print(json.dumps({"contender": f"ours {kind}", "model": shape.name, "texts": texts, **found}), flush=True)
            hardware.release_memory()


if __name__ == "__main__":
    main()
