from io import StringIO
from pathlib import Path

import numpy as np
from rich.console import Console

from automl.export.onnx.measurement import Measured
from automl.export.onnx.onnx_export import OnnxExport
from automl.export.onnx.outputs import Outputs
from automl.export.onnx.result_table import export_notes, export_section, export_table
from trials.tasks import ORDINAL, REGRESSION, SINGLE_LABEL, Task


def made(
    accuracy: float | None,
    in_fp32: int = 0,
    lost: float = 0.0,
    doubt: str = "",
    *,
    is_int8: bool = True,
    thresholds: tuple[float, ...] = (),
    task: Task = SINGLE_LABEL,
) -> OnnxExport:
    outputs = Outputs(np.zeros((1, 1 if task is REGRESSION else 2)), thresholds)
    before = Measured(outputs, 92.1, 2.5, 30.0, accuracy)
    after = Measured(outputs, 24.3, 2.5, 30.0, None if accuracy is None else accuracy - lost)
    return OnnxExport(Path("onnx"), before, after, task, in_fp32, is_int8=is_int8, doubt=doubt)


def shown(accuracy: float | None, in_fp32: int) -> str:
    console = Console(width=100, record=True, file=StringIO())
    console.print(export_table(made(accuracy, in_fp32)))
    return console.export_text()


def test_sizes_times_and_scores_stand_side_by_side() -> None:
    said = shown(0.81, 6)
    for words in ("92.1", "24.3", "latency of 32 texts, ms", "0.8100", "100.0%", "products that keep fp32"):
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
    assert "loses 0.54 points of accuracy, more than 0.5:" in export_notes(made(0.81, lost=0.0054))[0]
    assert "was not measured" in export_notes(made(None))[0]
    assert export_notes(made(None, doubt="Other data.")) == ["Other data."]
    assert export_notes(made(0.81, is_int8=False)) == []


def test_the_card_has_what_was_measured_and_what_it_cost() -> None:
    section = export_section(made(0.81, lost=0.012))
    assert section.startswith("## ONNX\n") and "int8 weights" in section
    assert "| accuracy on the test split | 0.8100 | 0.7980 |" in section
    assert section.endswith("rather use fp32.\n")
    assert export_section(made(None, is_int8=False)).endswith("| same label |  | 100.0% |\n")


def test_with_several_labels_a_row_is_right_if_all_are() -> None:
    section = export_section(made(0.81, thresholds=(0.5, 0.5)))
    assert "| all labels right, of the test split | 0.8100 | 0.8100 |" in section and "same labels" in section


def test_ranks_and_numbers_are_compared_by_the_metric_of_their_task() -> None:
    section = export_section(made(0.61, lost=0.012, task=REGRESSION))
    assert "| r2 on the test split | 0.6100 | 0.5980 |" in section
    assert "| largest difference of a number |  | 0 |" in section and "label" not in section
    assert section.endswith("int8 loses 1.2 points of r2, more than 0.5: rather use fp32.\n")
    assert export_notes(made(0.7, lost=0.004, task=ORDINAL)) == ["int8 costs 0.4 points of qwk."]
