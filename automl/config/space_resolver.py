"""Creates a `Space` from the name of a search space and its overrides."""

import importlib
import sys
from collections.abc import Mapping
from dataclasses import replace
from inspect import isfunction
from pathlib import Path
from types import ModuleType

from automl.core import unknown_name
from search_spaces import ALGORITHM, SPACES, Dimension, Space, SpaceFunction, override_dimensions


def resolve_space(name: str, overrides: Mapping[str, object]) -> tuple[Space | None, list[str]]:
    """Create a search space with its overrides.

    A user's function is imported with the current folder on `sys.path`, as with `python -m`. Any exception that it
    raises is reported as a problem.

    Args:
        name: a key of `SPACES`, or a function of the user as `package.module:function`.
        overrides: values or bounds by parameter name, as in the experiment.

    Returns:
        The space, or None if it cannot be created; and each problem as one sentence.
    """
    function, problem = _function(name)
    if function is None:
        return None, [problem]
    space = Space(name, function)
    if problems := _problems(space):
        return None, problems
    return adapt_space(space, overrides)


def adapt_space(space: Space, overrides: Mapping[str, object]) -> tuple[Space, list[str]]:
    """Add overrides to a space without problems.

    Args:
        space: the space.
        overrides: values or bounds by parameter name, as in the experiment; they replace those that `space` has.

    Returns:
        The new space, and each problem as one sentence.
    """
    known = {**_named_algorithms(space, overrides), **space.dimensions()}
    dimensions, problems = override_dimensions(known, overrides, space.name)
    adapted = replace(space, overrides={**space.overrides, **dimensions})
    return adapted, problems + _problems(adapted)


def _named_algorithms(space: Space, overrides: Mapping[str, object]) -> Mapping[str, Dimension]:
    """Return the dimensions of the algorithms that an override names; `space` may not offer them by itself."""
    dimensions = space.dimensions()
    if ALGORITHM not in overrides or ALGORITHM not in dimensions:
        return {}
    named, _ = override_dimensions(dimensions, {ALGORITHM: overrides[ALGORITHM]}, space.name)
    wider = replace(space, overrides={**space.overrides, **named})
    return wider.dimensions() if is_sound(wider) else {}


def idle_overrides(space: Space) -> list[str]:
    """Return one sentence for each override of `space` without effect, because its algorithm is excluded.

    Older studies may have such overrides; they do no harm.
    """
    if not is_sound(space):  # `resolve_space` reports why
        return []
    met, left = space.dimensions(), ", ".join(map(str, space.algorithms()))
    return [
        f"the override of {name!r} would have no effect, because the space {space.name!r} is to choose among {left} "
        f"only; leave it out, or let the override of {ALGORITHM!r} name {_owner(name)}"
        for name in space.overrides
        if name not in met
    ]


def is_sound(space: Space) -> bool:
    """Return whether `space` has no problems, so that every point can be created."""
    return not _problems(space)


def _owner(name: str) -> str:
    """Return the algorithm of a parameter, if its name contains one."""
    algorithm = name.partition(".")[0]
    return repr(algorithm) if algorithm in SPACES else "one that has it"


def _problems(space: Space) -> list[str]:
    try:
        return space.problems()
    except Exception as error:
        return [f"the space {space.name!r} must give a point, but it raised {type(error).__name__}: {error}"]


def _function(name: str) -> tuple[SpaceFunction | None, str]:
    """Return the function of a space, or None and the reason."""
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
        return None, f"the space {name!r} must be a function with one argument, not {function!r}"
    return function, ""


def _functions(module: ModuleType) -> list[str]:
    return [name for name, value in vars(module).items() if isfunction(value) and value.__module__ == module.__name__]
