"""From the name of a space and its overrides to a `Space` that can be searched."""

import importlib
import sys
from collections.abc import Mapping
from inspect import isfunction
from pathlib import Path
from types import ModuleType

from automl.core import unknown_name
from search_spaces import ALGORITHM, SPACES, Space, SpaceFunction, override_dimensions


def resolve_space(name: str, overrides: Mapping[str, object]) -> tuple[Space | None, list[str]]:
    """The space `name`, which is a key of `SPACES` or a function of the user's own, `package.module:function`.

    The user's function is imported with the current folder on `sys.path`, as `python -m` would. Whatever it raises is
    told as a problem, because it is the user's code and not ours.

    Returns:
        The space, None if there is none to work with; and every problem, each as one sentence.
    """
    function, problem = _function(name)
    if function is None:
        return None, [problem]
    space = Space(name, function)
    if problems := _problems(space):
        return None, problems
    dimensions, problems = override_dimensions(space.dimensions(), overrides, name)
    space = Space(name, function, dimensions)
    return space, problems + _problems(space)


def idle_overrides(space: Space) -> list[str]:
    """Each override that no trial of `space` would ever meet, as one sentence: its algorithm is not chosen among.

    A study that was made before this was looked at keeps such overrides, and loses nothing by them.
    """
    if not is_sound(space):  # `resolve_space` has told why
        return []
    met, left = space.dimensions(), ", ".join(map(str, space.algorithms()))
    return [
        f"the override of {name!r} would have no effect, because the space {space.name!r} is to choose among {left} "
        f"only; leave it out, or let the override of {ALGORITHM!r} name {_owner(name)}"
        for name in space.overrides
        if name not in met
    ]


def is_sound(space: Space) -> bool:
    """Whether every point of it can be had."""
    return not _problems(space)


def _owner(name: str) -> str:
    """Whose parameter it is, as far as its name tells."""
    algorithm = name.partition(".")[0]
    return repr(algorithm) if algorithm in SPACES else "one that has it"


def _problems(space: Space) -> list[str]:
    try:
        return space.problems()
    except Exception as error:
        return [f"the space {space.name!r} must give a point, but it raised {type(error).__name__}: {error}"]


def _function(name: str) -> tuple[SpaceFunction | None, str]:
    """The function, or None and the reason."""
    if ":" in name:
        return _imported(name)
    if name in SPACES:
        return SPACES[name], ""
    return None, unknown_name("search space", name, SPACES) + " Your own is given as package.module:function."


def _imported(name: str) -> tuple[SpaceFunction | None, str]:
    module_name, _, attribute = name.partition(":")
    folder = str(Path.cwd())
    if folder not in sys.path:
        sys.path.insert(0, folder)
    importlib.invalidate_caches()
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        return None, f"the space {name!r} cannot be imported from {folder}: there is no module {error.name!r}"
    except Exception as error:
        return None, f"the space {name!r} cannot be imported: {type(error).__name__}: {error}"
    function: SpaceFunction | None = getattr(module, attribute, None)
    if function is None:
        has = ", ".join(_functions(module)) or "none of its own"
        return None, f"the module {module_name!r} has no function {attribute!r}; it has: {has}"
    if not callable(function):
        return None, f"the space {name!r} must be a function of one argument, not {function!r}"
    return function, ""


def _functions(module: ModuleType) -> list[str]:
    return [name for name, value in vars(module).items() if isfunction(value) and value.__module__ == module.__name__]
