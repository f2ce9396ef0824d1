from io import StringIO
from pathlib import Path

import numpy as np
from rich.console import Console

from automl.export.onnx.measurement import Measured
from automl.export.onnx.onnx_export import OnnxExport
from automl.export.onnx.outputs import Outputs
from automl.export.onnx.result_table import export_notes, export_section, export_table


def made(
    accuracy: float | None,
    in_fp32: int = 0,
    lost: float = 0.0,
    doubt: str = "",
    *,
    is_int8: bool = True,
    thresholds: tuple[float, ...] = (),
) -> OnnxExport:
    outputs = Outputs(np.zeros((1, 2)), thresholds)
    before = Measured(outputs, 92.1, 2.5, 30.0, accuracy)
    after = Measured(outputs, 24.3, 2.5, 30.0, None if accuracy is None else accuracy - lost)
    return OnnxExport(Path("onnx"), before, after, 0.991, in_fp32, is_int8=is_int8, doubt=doubt)


def shown(accuracy: float | None, in_fp32: int) -> str:
    console = Console(width=100, record=True, file=StringIO())
    console.print(export_table(made(accuracy, in_fp32)))
    return console.export_text()


def test_sizes_times_and_scores_stand_side_by_side() -> None:
    said = shown(0.81, 6)
    for words in ("92.1", "24.3", "latency of 32 texts, ms", "0.8100", "99.1%", "products that keep fp32"):
        assert words in said


def test_what_is_not_known_is_not_said() -> None:
    said = shown(None, 0)
    assert "accuracy" not in said and "fp32" not in said


def test_what_int8_costs_is_said() -> None:
    assert export_notes(made(0.81, lost=0.004)) == ["int8 costs 0.4 points of accuracy."]
    assert export_notes(made(0.81, lost=-0.01)) == ["int8 costs 0.0 points of accuracy."]
    assert export_notes(made(0.81, lost=0.012)) == [
        "int8 loses 1.2 points of accuracy, more than 0.5: rather use fp32."
    ]
    assert "was not measured" in export_notes(made(None))[0]
    assert export_notes(made(None, doubt="Other data.")) == ["Other data."]
    assert export_notes(made(0.81, is_int8=False)) == []


def test_the_card_has_what_was_measured_and_what_it_cost() -> None:
    section = export_section(made(0.81, lost=0.012))
    assert section.startswith("## ONNX\n") and "int8 weights" in section
    assert "| accuracy on the test split | 0.8100 | 0.7980 |" in section
    assert section.endswith("rather use fp32.\n")
    assert export_section(made(None, is_int8=False)).endswith("| same label |  | 99.1% |\n")


def test_with_several_labels_a_row_is_right_if_all_are() -> None:
    section = export_section(made(0.81, thresholds=(0.5, 0.5)))
    assert "| all labels right, of the test split | 0.8100 | 0.8100 |" in section and "same labels" in section
