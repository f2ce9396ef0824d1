"""How far the memory model is off: the peaks of real trials against what was told before, on a GPU or on a CPU.

    python -m benchmarks.memory

Each point trains for a few steps in a process of its own, on texts of random words that all have the same length. On a
CPU what the process holds before it builds the model is taken off its peak, and nothing is kept by the allocator.
"""

import argparse
import multiprocessing
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from statistics import median

import numpy as np
import torch

from search_spaces import (
    SPACES,
    Architecture,
    Defaults,
    Kept,
    LowRank,
    Point,
    Pretrained,
    PretrainedText,
    Probe,
    Space,
    Text,
)
from trials.data import EncodedDataset, EncodedSplit
from trials.hardware import footprint_of, resident_bytes
from trials.hub import locate, read_tokenizer
from trials.models import FAMILIES
from trials.protocol import TrialEnd, TrialJob
from trials.run import run_trial

ROWS, LOOKED_AT = 192, 64
BUDGET = 192
"""Examples of a trial: a few steps are enough for a peak."""


def main() -> None:
    """Prints a line for each point, and the errors at the end."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    print(f"device {device}, torch {torch.__version__}\n")
    print("| point | batch x length | told, MB | peak, MB | peak / told |\n|---|---|---|---|---|")
    ratios: dict[str, list[float]] = {}
    for name, point, length in _points():
        told = footprint_of(point, length, device)
        peak = _peak(point, length, device)
        ratio = peak / told.bytes
        ratios.setdefault(name.partition(",")[0], []).append(ratio)
        batch = f"{point.training.batch_size} x {length}" if isinstance(point, Point) else f"- x {length}"
        print(f"| {name} | {batch} | {told.bytes / 1e6:.0f} | {peak / 1e6:.0f} | {ratio:.2f} |", flush=True)
    every = [ratio for each in ratios.values() for ratio in each]
    corrected = [
        ratio / median(rest)
        for each in ratios.values()
        for at, ratio in enumerate(each)
        if (rest := _without(each, at))
    ]
    print(f"\nformula alone: median error {_error(every):.0%}, worst {max(abs(ratio - 1) for ratio in every):.0%}")
    print(f"corrected by the others of its kind: median error {_error(corrected):.0%}, ", end="")
    print(f"worst {max(abs(ratio - 1) for ratio in corrected):.0%}")


def _points() -> Iterator[tuple[str, Point | Probe, int]]:
    encoder, finetune = (Space(name, SPACES[name]).ask(Defaults()) for name in ("encoder", "finetune"))
    assert isinstance(encoder, Point)
    assert isinstance(encoder.architecture, Architecture)
    assert isinstance(finetune, Point)
    assert isinstance(finetune.architecture, Pretrained)
    for family in FAMILIES:
        pooling = FAMILIES[family].poolings[0]
        for depth, heads, batch, length in ((2, 4, 32, 128), (6, 8, 16, 256), (4, 4, 64, 64)):
            sizes = replace(encoder.architecture, depth=depth, heads=heads, head_width=32)
            model = replace(sizes, family=family, pooling=pooling)
            training = replace(encoder.training, batch_size=batch)
            point = replace(encoder, text=Text(8000), architecture=model, training=training)
            yield f"{family}, {depth} layers of {heads} heads", point, length
    minilm = replace(finetune.architecture, checkpoint="minilm")
    ways = {
        "finetune": minilm,
        "finetune, half frozen": replace(minilm, frozen_share=0.5),
        "lora, attention": replace(minilm, adapter=LowRank(8, 16, "attention", 0.1)),
        "lora, all": replace(minilm, adapter=LowRank(16, 16, "all", 0.0)),
        "subnet, half": replace(minilm, kept=Kept(0.5, 0.5, 0.5, "lowest")),
        "subnet, most": replace(minilm, kept=Kept(1.0, 0.75, 0.75, "spread")),
    }
    for name, part in ways.items():
        for batch, length in ((16, 128), (32, 64), (8, 256)):
            training = replace(finetune.training, batch_size=batch)
            text = PretrainedText("minilm", length)
            yield name, replace(finetune, text=text, architecture=part, training=training), length
    for length in (64, 256):
        yield "probe", Probe(PretrainedText("minilm", length), "mean", 2, 64, 1.0), length


def _peak(point: Point | Probe, length: int, device: str) -> int:
    """Bytes, measured in a process of its own."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(_train, point, length, device).result()


def _train(point: Point | Probe, length: int, device: str) -> int:
    """A small trial of the same kind comes first: it loads the libraries, which stay."""
    small = replace(point, training=replace(point.training, batch_size=16)) if isinstance(point, Point) else point
    _run(small, 8, device)
    before = resident_bytes() if device == "cpu" else 0
    return _run(point, length, device) - before


def _run(point: Point | Probe, length: int, device: str) -> int:
    with tempfile.TemporaryDirectory() as folder:
        job = TrialJob(
            number=0,
            point=point,
            seed=0,
            budget_examples=BUDGET,
            metric="accuracy",
            checkpoint=Path(folder) / "model",
            state=Path(folder) / "state",
            cache=Path(folder) / "cache",
            device=device,
            precision="auto" if device == "cuda" else "fp32",
        )
        reports = list(run_trial(job, _data(point, length)))
    assert reports[-1].end == TrialEnd.COMPLETED, reports[-1].cause
    return reports[-1].cost.peak_memory_bytes


def _data(point: Point | Probe, length: int) -> EncodedDataset:
    vocabulary = point.text.vocabulary_size if isinstance(point.text, Text) else 30_000
    tokenizer = read_tokenizer(locate("minilm")).to_str()
    generator = np.random.default_rng(0)

    def split(rows: int) -> EncodedSplit:
        tokens = generator.integers(1000, vocabulary, rows * length, dtype=np.int32)
        offsets = np.arange(0, rows * length + 1, length, dtype=np.int64)
        return EncodedSplit(tokens, offsets, np.arange(rows, dtype=np.int64) % 2)

    return EncodedDataset(split(ROWS), split(LOOKED_AT), ("a", "b"), tokenizer, vocabulary, length)


def _without(values: list[float], at: int) -> list[float]:
    return values[:at] + values[at + 1 :]


def _error(ratios: list[float]) -> float:
    return median(abs(ratio - 1) for ratio in ratios)


if __name__ == "__main__":
    main()
