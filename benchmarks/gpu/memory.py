"""The memory formula against the peak on a GPU: `python -m benchmarks.gpu.memory`, a line for each model and format."""

from dataclasses import replace

import numpy as np
import torch

from search_spaces import SPACES, Point, Space
from trials.data import EncodedDataset, EncodedSplit
from trials.hardware import MicroBatches, footprint_of, release_memory, set_gpu_products
from trials.models import build_model
from trials.training import Compute, Trainer, predict

LONGEST, BATCH = 256, 32
MIB = 2**20

MODELS = {
    "bert, 4 layers of width 256": ("bert/cls", 4, 4, 64, 1000),
    "modernbert, same": ("modernbert/mean", 4, 4, 64, 1000),
    "megatron-bert, same": ("megatron-bert/cls", 4, 4, 64, 1000),
    "roformer, same": ("roformer/cls", 4, 4, 64, 1000),
    "bert, 2 layers of width 64": ("bert/cls", 2, 2, 32, 1000),
    "bert of MiniLM's size": ("bert/cls", 6, 12, 32, 30522),
    "bert of base size": ("bert/cls", 12, 12, 64, 30522),
    "modernbert of base size": ("modernbert/mean", 12, 12, 64, 30522),
}


def point_of(encoder: str, depth: int, heads: int, head_width: int, vocabulary: int) -> Point:
    """A point of the space `encoder` in these sizes."""
    space = Space("encoder", SPACES["encoder"])
    point = space.replay({**space.defaults(), "architecture.encoder": encoder})
    architecture = replace(point.architecture, depth=depth, heads=heads, head_width=head_width, attention_dropout=0.1)
    return replace(
        point,
        text=replace(point.text, vocabulary_size=vocabulary),
        architecture=architecture,
        training=replace(point.training, batch_size=BATCH),
    )


def data_of(vocabulary: int) -> EncodedDataset:
    """Texts that are all as long as can be."""
    generator = np.random.default_rng(0)
    rows = 8 * BATCH
    tokens = generator.integers(10, vocabulary, size=rows * LONGEST).astype(np.int32)
    split = EncodedSplit(tokens, np.arange(rows + 1) * LONGEST, generator.integers(0, 2, size=rows))
    return EncodedDataset(split, split, ("a", "b"), "{}", vocabulary, LONGEST)


def peaks(point: Point, dtype: torch.dtype) -> dict[str, float]:
    """MiB of the weights, of training, of an evaluation, and of what torch has reserved, at the most."""
    device, data = torch.device("cuda"), data_of(point.text.vocabulary_size)
    release_memory()
    torch.cuda.reset_peak_memory_stats()
    before = torch.cuda.memory_allocated()
    model = build_model(
        point.architecture, vocabulary_size=data.vocabulary_size, max_length=LONGEST, label_names=data.label_names
    ).to(device)
    weights = torch.cuda.memory_allocated() - before
    compute = Compute(device, dtype, MicroBatches())
    trainer = Trainer(model, point, data.train, budget=1000, seed=0, compute=compute)
    trainer.train(4 * BATCH)
    training = torch.cuda.max_memory_allocated() - before
    torch.cuda.reset_peak_memory_stats()
    with trainer.averaged():
        predict(model, data.validation, compute)
    evaluation = torch.cuda.max_memory_allocated() - before
    reserved = torch.cuda.max_memory_reserved() - before
    assert trainer.eager_because == "", trainer.eager_because
    return {
        "weights": weights / MIB,
        "training": training / MIB,
        "look": evaluation / MIB,
        "reserved": reserved / MIB,
        "peak": max(training, evaluation) / MIB,
    }


def main() -> None:
    """Print the table."""
    set_gpu_products()
    for name, sizes in MODELS.items():
        point = point_of(*sizes)
        for dtype in (torch.float32, torch.bfloat16):
            formula = footprint_of(point, LONGEST, "cuda", narrow=dtype is torch.bfloat16)
            found = peaks(point, dtype)
            parts = ", ".join(f"{part} {value:.0f}" for part, value in found.items())
            told = (formula.weights, formula.training_state, formula.activations, formula.evaluation)
            print(
                f"{name} {str(dtype)[6:]}: {parts}; formula {formula.bytes / MIB:.0f} "
                f"({', '.join(f'{each / MIB:.0f}' for each in told)}); formula/peak "
                f"{formula.bytes / MIB / found['peak']:.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
