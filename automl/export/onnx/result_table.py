"""What an export brought, as a table."""

from rich import box
from rich.table import Table

from automl.export.onnx.export_model import OnnxExport
from automl.export.onnx.measurement import BATCH


def export_table(made: OnnxExport) -> Table:
    """Return a table of `made`: size, latency and accuracy of the model before and after its export."""
    table = Table("", "torch", "ONNX", box=box.SIMPLE_HEAD)
    before, after = made.before, made.after
    table.add_row("size, MB", f"{before.megabytes:.1f}", f"{after.megabytes:.1f}")
    table.add_row("latency of 1 text, ms", f"{before.latency_ms:.1f}", f"{after.latency_ms:.1f}")
    table.add_row(f"latency of {BATCH} texts, ms", f"{before.latency_32_ms:.1f}", f"{after.latency_32_ms:.1f}")
    if before.accuracy is not None and after.accuracy is not None:
        table.add_row("accuracy on the test split", f"{before.accuracy:.4f}", f"{after.accuracy:.4f}")
    table.add_row("same label", "", f"{made.agreement:.1%}")
    if made.in_fp32:
        table.add_row("products that keep fp32", "", str(made.in_fp32))
    return table
