"""What an export brought: as a table for the terminal, and as a section of the model's card."""

from collections.abc import Iterator

from rich import box
from rich.table import Table

from automl.export.onnx.measurement import BATCH
from automl.export.onnx.onnx_export import MOST_LOST, OnnxExport

_METRIC_NAMES = {"subset_accuracy": "accuracy"}
"""Names in sentences, of metrics that read badly there."""


def export_table(made: OnnxExport) -> Table:
    """Return a table of `made`: size, latency and score of the model before and after its export."""
    table = Table("", "torch", "ONNX", box=box.SIMPLE_HEAD)
    for row in _rows(made):
        table.add_row(*row)
    return table


def export_notes(made: OnnxExport) -> list[str]:
    """Return sentences about what the export cost of the score, or why that is not known; none if it cost nothing.

    Args:
        made: the exported model.
    """
    if made.doubt:
        return [made.doubt]
    metric = _METRIC_NAMES.get(made.task.copy_metric, made.task.copy_metric)
    if made.lost is None:
        unknown = f"What int8 costs of the {metric} was not measured: labelled data (--data) would tell."
        return [unknown] if made.is_int8 else []
    if not made.is_int8:
        return []
    if made.lost > MOST_LOST:
        lost = f"{100 * made.lost:.{2 if made.lost < 2 * MOST_LOST else 1}f}"  # that 0.5 is more than 0.5 puzzles
        points = f"{lost} points of {metric}, more than {100 * MOST_LOST:g}"
        return [f"int8 loses {points}: rather use fp32."]
    return [f"int8 costs {max(0.0, 100 * made.lost):.1f} points of {metric}."]


def export_section(made: OnnxExport) -> str:
    """Return a section for the card of an exported model, in Markdown.

    Args:
        made: the exported model.
    """
    weights = "int8 weights" if made.is_int8 else "fp32 weights"
    lines = [
        "## ONNX",
        "",
        f"This folder has the model as ONNX, one graph for each of its networks, with {weights}; onnxruntime runs it "
        "without torch. The scores in this card are those of the model in torch that it was made of. Measured on the "
        "machine of the export:",
        "",
        "| | torch | ONNX |",
        "|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in _rows(made)),
        "",
        *export_notes(made),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _rows(made: OnnxExport) -> Iterator[tuple[str, str, str]]:
    before, after = made.before, made.after
    yield "size, MB", f"{before.megabytes:.1f}", f"{after.megabytes:.1f}"
    yield "latency of 1 text, ms", f"{before.latency_ms:.1f}", f"{after.latency_ms:.1f}"
    yield f"latency of {BATCH} texts, ms", f"{before.latency_32_ms:.1f}", f"{after.latency_32_ms:.1f}"
    if before.score is not None and after.score is not None:
        metric = made.task.copy_metric
        what = "all labels right, of the test split" if after.outputs.thresholds else f"{metric} on the test split"
        yield what, f"{before.score:.4f}", f"{after.score:.4f}"
    if before.outputs.are_numbers:
        distance = after.outputs.distance(before.outputs)
        yield "largest difference of a number", "", f"{distance:.2g}"
        yield "the same, of their standard deviation", "", f"{distance / before.outputs.spread:.2%}"
    else:
        yield "same labels" if after.outputs.thresholds else "same label", "", f"{made.agreement:.1%}"
    if made.in_fp32:
        yield "products that keep fp32", "", str(made.in_fp32)
