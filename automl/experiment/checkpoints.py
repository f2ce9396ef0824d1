"""The pretrained checkpoints that an experiment names: where they lie, and whether they can be used."""

from collections.abc import Mapping
from pathlib import Path

from search_spaces import CHECKPOINT, Choice, Defaults, Pretrained, Space
from trials.errors import PretrainedError
from trials.pretrained.location import CHECKPOINTS, as_folder, locate
from trials.pretrained.tokenizer import read_tokenizer


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
    problems = []
    for name in _checkpoints(space):
        try:
            read_tokenizer(locate(name))
        except PretrainedError as error:
            problems.append(str(error))
    return problems


def _checkpoints(space: Space) -> list[str]:
    point, dimension = space.ask(Defaults()), space.dimensions().get(CHECKPOINT)
    if not isinstance(point.architecture, Pretrained):
        return []
    return [str(name) for name in dimension] if isinstance(dimension, Choice) else [point.architecture.checkpoint]
