"""An exported model, and what the export cost."""

from dataclasses import dataclass
from pathlib import Path

from automl.export.onnx.measurement import Measured

MOST_LOST = 0.005
"""Share of accuracy that int8 may lose; if it loses more, some products keep fp32."""


@dataclass(frozen=True)
class OnnxExport:
    """An exported model.

    Attributes:
        folder: its folder.
        before: the model in torch, measured.
        after: the exported model, measured on the same texts.
        agreement: share of texts with the same label.
        in_fp32: number of products that keep fp32 in an int8 model.
        is_int8: whether its weights are int8.
        doubt: why no accuracy is told although the data have labels, in words; empty if there is no reason.
    """

    folder: Path
    before: Measured
    after: Measured
    agreement: float
    in_fp32: int = 0
    is_int8: bool = False
    doubt: str = ""

    @property
    def lost(self) -> float | None:
        """Accuracy lost; None without labels."""
        before, after = self.before.accuracy, self.after.accuracy
        return None if before is None or after is None else before - after
