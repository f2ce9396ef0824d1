"""The pretrained checkpoints that an experiment names: where they lie, and whether they can be used."""

from collections.abc import Mapping
from pathlib import Path

from search_spaces import ALGORITHM, CHECKPOINT, OWN_CHECKPOINT, PRETRAINED, Choice, PretrainedText, Space, Value
from trials.errors import PretrainedError
from trials.hub import CHECKPOINTS, as_folder, locate, read_tokenizer


def placed(names: object, folder: Path) -> object:
    """`names` as an override may have them, with those that are folders beside `folder` as absolute paths."""
    if isinstance(names, list):
        return [placed(name, folder) for name in names]
    if isinstance(names, Mapping):
        return {key: placed(value, folder) for key, value in names.items()}
    if isinstance(names, str) and names not in CHECKPOINTS and (place := as_folder(names, folder)) is not None:
        return str(place.resolve())
    return names


def checkpoint_problems(space: Space) -> list[str]:
    """Why checkpoints of `space` cannot be used, each as one sentence. What lies on the hub is fetched here."""
    return [problem for name in _checkpoints(space) if (problem := _problem(name)) is not None]


def without_mask(space: Space) -> list[str]:
    """The checkpoints of `space` whose tokenizers have no mask token, so that they cannot be pretrained further."""
    return [name for name in _checkpoints(space) if "mask_token" not in read_tokenizer(locate(name)).specials]


def missing_pretrained(space: Space) -> tuple[list[Value], str] | None:
    """What is left to do where our own checkpoint is not installed and nobody asked for one, or for an algorithm.

    Returns:
        The algorithms of `space` that need none, and why the others cannot be used; None where all is well.
    """
    left = [algorithm for algorithm in space.algorithms() if algorithm not in (None, *PRETRAINED)]
    asked_for = {ALGORITHM, CHECKPOINT} & space.overrides.keys()
    if asked_for or not left or CHECKPOINT not in space.dimensions():
        return None
    problem = _problem(OWN_CHECKPOINT)
    return None if problem is None else ([algorithm for algorithm in left if algorithm is not None], problem)


def _problem(checkpoint: str) -> str | None:
    try:
        read_tokenizer(locate(checkpoint))
    except PretrainedError as error:
        return str(error)
    return None


def _checkpoints(space: Space) -> list[str]:
    dimension = space.dimensions().get(CHECKPOINT)
    if isinstance(dimension, Choice):
        return [str(name) for name in dimension]
    texts = [point.text for point in space.default_points()]
    return [text.checkpoint for text in texts if isinstance(text, PretrainedText)]
