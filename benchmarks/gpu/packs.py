"""Measures packs: `python -m benchmarks.gpu.packs MEMBERS SECONDS`, a JSON line for each model and length of texts."""

import json
import sys
import time

import torch

from benchmarks.gpu.task import SHAPES, Shape, data_of, lengths, model_of, point_of
from trials import hardware
from trials.training import Compute
from trials.training.packs import Pack, PackMember, marked

PORTION = 20
"""Batches of a portion; a check for finite losses ends each."""

WARM_UP_SHARE = 0.4


def train(pack: Pack, members: list[PackMember], batch: int, seconds: float) -> float:
    """Texts a second of all members together."""
    torch.cuda.synchronize()
    began, seen = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        for member in members:
            member.begin(PORTION * batch)
        while not all(member.is_due for member in members):
            pack.advance()
        seen += PORTION * batch * len(members)
    torch.cuda.synchronize()
    return seen / (time.perf_counter() - began)


def measured(shape: Shape, texts: str, count: int, seconds: float) -> dict[str, object]:
    """Texts a second of a pack once it is warm, the seconds until then, memory, and texts a second of an evaluation."""
    device, point, data = torch.device("cuda"), point_of(shape), data_of(shape, texts)
    torch.cuda.reset_peak_memory_stats()
    compute = Compute(device, hardware.choose_precision("auto", device))
    began = time.perf_counter()
    model = model_of(shape, data, marked(point.architecture)).to(device)
    weights = {name: weight.detach().clone() for name, weight in model.named_parameters()}
    pack = Pack(model, point, data.train, count, compute)
    members = [pack.join(weights, point, budget=10**7, seed=0) for _ in range(count)]
    train(pack, members, shape.batch_size, 0.0)
    first = time.perf_counter() - began
    train(pack, members, shape.batch_size, WARM_UP_SHARE * seconds)
    pace = train(pack, members, shape.batch_size, seconds)
    pack.predict(members, data.validation)
    began = time.perf_counter()
    pack.predict(members, data.validation)
    looking = count * len(data.validation) / (time.perf_counter() - began)
    return {
        "samples_per_second": pace,
        "first_portion_seconds": first,
        "evaluated_per_second": looking,
        "peak_mib": torch.cuda.max_memory_allocated() / 2**20,
        "held_mib": pack.held_bytes / 2**20,
        "eager_because": pack.eager_because,
    }


def main() -> None:
    """Measure all models on texts of both lengths."""
    count, seconds = int(sys.argv[1]), float(sys.argv[2])
    hardware.set_gpu_products()
    for texts in lengths():
        for shape in SHAPES:
            try:
                found = measured(shape, texts, count, seconds)
            except torch.OutOfMemoryError as error:
                found = {"samples_per_second": None, "eager_because": str(error).splitlines()[0]}
            told = {"contender": f"pack of {count}", "model": shape.name, "texts": texts, **found}
            print(json.dumps(told), flush=True)
            hardware.release_memory()


if __name__ == "__main__":
    main()
