from io import StringIO
from pathlib import Path

import numpy as np
from rich.console import Console

from automl.export.onnx.export_model import OnnxExport
from automl.export.onnx.measurement import Measured
from automl.export.onnx.result_table import export_table


def shown(accuracy: float | None, in_fp32: int) -> str:
    before, after = (Measured(np.zeros((1, 2)), size, 2.5, 30.0, accuracy) for size in (92.1, 24.3))
    console = Console(width=100, record=True, file=StringIO())
    console.print(export_table(OnnxExport(Path("onnx"), before, after, 0.991, in_fp32)))
    return console.export_text()


def test_sizes_times_and_scores_stand_side_by_side() -> None:
    said = shown(0.81, 6)
    for words in ("92.1", "24.3", "latency of 32 texts, ms", "0.8100", "99.1%", "products that keep fp32"):
        assert words in said


def test_what_is_not_known_is_not_said() -> None:
    said = shown(None, 0)
    assert "accuracy" not in said and "fp32" not in said
