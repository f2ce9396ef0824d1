"""The boards by name, and the packages that they need."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

from automl.tracking.boards.board import Board, BoardPlace
from automl.tracking.boards.listener import BoardListener
from automl.tracking.boards.tensorboard import TensorBoard
from automl.tracking.boards.weights_and_biases import open_weights_and_biases


@dataclass(frozen=True)
class BoardKind:
    """A kind of board.

    Attributes:
        title: its name for the user.
        module: the package that writes its records.
        packages: what must be installed to write and to see them.
        opened: opens it, given its place and a function that receives sentences for the user.
        hint: how to look at it, with `{}` for its folder.
    """

    title: str
    module: str
    packages: tuple[str, ...]
    opened: Callable[[BoardPlace, Callable[[str], None]], Board]
    hint: str

    @property
    def is_installed(self) -> bool:
        """Whether its records can be written."""
        return find_spec(self.module) is not None


BOARDS: dict[str, BoardKind] = {
    "tensorboard": BoardKind(
        "TensorBoard",
        "tensorboardX",
        ("tensorboardX", "tensorboard"),
        lambda place, say: TensorBoard(place),
        "tensorboard --logdir {}",
    ),
    "wandb": BoardKind("Weights & Biases", "wandb", ("wandb",), open_weights_and_biases, "records in {}"),
}
"""The boards by the names that an experiment gives them."""


def open_board(name: str, place: BoardPlace, say: Callable[[str], None]) -> BoardListener:
    """Return the listener of a board, which opens it with the first result of the search.

    Args:
        name: a key of `BOARDS`.
        place: the study and the folder of the board's files.
        say: receives sentences for the user.
    """
    kind = BOARDS[name]
    return BoardListener(kind.title, lambda: kind.opened(place, say), say)
