"""Other places than MLflow that show a running search: TensorBoard, and Weights & Biases."""

from automl.tracking.boards.board import BoardPlace
from automl.tracking.boards.listener import BoardListener, Together
from automl.tracking.boards.registry import BOARDS, open_board

__all__ = ["BOARDS", "BoardListener", "BoardPlace", "Together", "open_board"]
