"""Lazy packages: the module of an exported name is imported at the first access of the name.

Importing `automl.export` for the name of a file must not import torch, for example. This file lies in the lowest
package, because all packages use it. It follows PEP 562.
"""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module


def lazy_window(package: str, modules: Mapping[str, Sequence[str]]) -> Callable[[str], object]:
    """Make the `__getattr__` of a package that exports names of its modules.

    No name may be that of a module of the package: Python would give the module after its first import.

    Args:
        package: The package's `__name__`.
        modules: The exported names of each module, by the module's name in the package.

    Returns:
        A function that imports the module of a name, and gives what has the name there.
    """
    homes = {name: module for module, names in modules.items() for name in names}

    def get(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f"{package}.{homes[name]}"), name)

    return get
