"""An exported model, and what the export cost."""

from dataclasses import dataclass
from pathlib import Path

from automl.export.onnx.measurement import Measured
from trials.tasks import Task

MOST_LOST = 0.005
"""What int8 may lose of a metric whose best value is 1; if it loses more, some products keep fp32."""


@dataclass(frozen=True)
class OnnxExport:
    """An exported model.

    Attributes:
        folder: its folder.
        before: the model in torch, measured.
        after: the exported model, measured on the same texts.
        task: what the model gives, by which it is scored.
        in_fp32: number of products that keep fp32 in an int8 model.
        is_int8: whether its weights are int8.
        doubt: why no score is told although the data have labels, in words; empty if there is no reason.
    """

    folder: Path
    before: Measured
    after: Measured
    task: Task
    in_fp32: int = 0
    is_int8: bool = False
    doubt: str = ""

    @property
    def agreement(self) -> float:
        """Share of texts with the same labels; 1 for numbers."""
        return self.after.outputs.agreement(self.before.outputs)

    @property
    def lost(self) -> float | None:
        """What was lost of the `copy_metric` of the task; None without labels."""
        before, after = self.before.score, self.after.score
        return None if before is None or after is None else before - after
