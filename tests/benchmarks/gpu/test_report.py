"""The benchmark of a GPU says what it says, and where there is none it says so."""

import subprocess
import sys

import pytest
import torch

from benchmarks.gpu.report import BEST, plot, table
from benchmarks.gpu.task import LENGTHS, SHAPES, data_of, flops_of, model_of

OURS = "ours, graphs"
FOUND = [
    {"contender": name, "model": shape.name, "texts": texts, "samples_per_second": pace}
    for name, pace in ((BEST, 1000.0), (OURS, 8000.0))
    for shape in SHAPES
    for texts in ("short", "long")
]


def test_the_table_has_paces_and_ratios_and_leaves_blank_what_was_not_measured():
    lines = table([row for row in FOUND if row["texts"] == "short" or row["contender"] == BEST]).splitlines()
    assert len(lines) == 2 + 2 * len(SHAPES), "lengths that were not measured have no lines"
    assert "8000 (8.00x, " in lines[2]
    assert lines[-1].endswith("|  |")


def test_the_plot_is_drawn(tmp_path):
    plot(FOUND, "a card", tmp_path / "plots" / "gpu.png")
    assert (tmp_path / "plots" / "gpu.png").stat().st_size > 5000


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_operations_of_a_step_are_six_for_each_weight_and_token_and_those_of_attention(shape):
    model = model_of(shape, data_of(shape, "short"))
    inside = sum(weight.numel() for name, weight in model.named_parameters() if ".layer" in name and weight.ndim == 2)
    mean = LENGTHS["short"][0]
    attention = 12 * mean * shape.width * shape.depth
    assert flops_of(shape, "short") == pytest.approx(mean * (6 * inside + attention), rel=0.01)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_without_a_gpu_it_says_so():
    done = subprocess.run([sys.executable, "-m", "benchmarks.gpu"], capture_output=True, text=True, check=True)
    assert "needs a GPU" in done.stdout
