"""The pretrained checkpoints that an experiment names: their location, and whether they can be used."""

from collections.abc import Mapping
from pathlib import Path

from search_spaces import ALGORITHM, CHECKPOINT, OWN_CHECKPOINT, PRETRAINED, Choice, PretrainedText, Space, Value
from trials.errors import PretrainedError
from trials.hub import CHECKPOINTS, as_folder, locate, read_tokenizer


def placed(names: object, folder: Path) -> object:
    """Return `names`, as in an override, with names of folders relative to `folder` made absolute."""
    if isinstance(names, list):
        return [placed(name, folder) for name in names]
    if isinstance(names, Mapping):
        return {key: placed(value, folder) for key, value in names.items()}
    if isinstance(names, str) and names not in CHECKPOINTS and (path := as_folder(names, folder)) is not None:
        return str(path.resolve())
    return names


def checkpoint_problems(space: Space) -> list[str]:
    """Return one sentence for each unusable checkpoint of `space`. This downloads checkpoints that are on the hub."""
    return [problem for name in _all_names(space) if (problem := _problem(name)) is not None]


def without_mask(space: Space) -> list[str]:
    """Return the checkpoints of `space` without a mask token, which cannot be pretrained further."""
    return [name for name in checkpoint_names(space) if "mask_token" not in read_tokenizer(locate(name)).specials]


def missing_pretrained(space: Space) -> tuple[list[Value], str] | None:
    """Return what can be searched if the project's own checkpoint is not installed.

    Args:
        space: the space. It is not restricted if its overrides name an algorithm or a checkpoint.

    Returns:
        The algorithms of `space` that need no checkpoint, and why the others cannot be used; None if nothing must
        be left out.
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


def checkpoint_names(space: Space) -> list[str]:
    """Return the pretrained checkpoints of `space`, the default one first; empty if none of its models has one.

    Those are the checkpoints that are trained further. A large encoder whose features alone are used, beside them, is
    not among them.
    """
    dimension = space.dimensions().get(CHECKPOINT)
    if isinstance(dimension, Choice):
        names = [str(name) for name in dimension.options]
        return sorted(names, key=lambda name: name != dimension.default)
    texts = [point.text for point in space.default_points()]
    return [text.checkpoint for text in texts if isinstance(text, PretrainedText)]


def _all_names(space: Space) -> list[str]:
    """Return the checkpoints of all algorithms of `space`: those of the default points, and what they compete with."""
    names = checkpoint_names(space)
    texts = [point.text for point in space.default_points()]
    used = {text.checkpoint for text in texts if isinstance(text, PretrainedText)}
    for dimension in space.dimensions().values():
        if isinstance(dimension, Choice) and dimension.default in used:
            names += map(str, dimension.options)
    return list(dict.fromkeys([*names, *sorted(used)]))
