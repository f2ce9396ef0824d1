"""Models as ONNX graphs: export, check against torch, measurement."""

from typing import TYPE_CHECKING

from search_spaces.lazy_window import lazy_window

if TYPE_CHECKING:
    from automl.export.onnx.export_model import export_onnx
    from automl.export.onnx.onnx_export import MOST_LOST, OnnxExport
    from automl.export.onnx.result_table import export_notes, export_table

__all__ = ["MOST_LOST", "OnnxExport", "export_notes", "export_onnx", "export_table"]

__getattr__ = lazy_window(__name__)
