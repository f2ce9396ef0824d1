"""Lazy packages: the module of an exported name is imported at the first access of the name.

Importing `automl.export` for the name of a file must not import torch, for example. This file lies in the lowest
package, because all packages use it. It follows PEP 562.
"""

import ast
import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path


def lazy_window(package: str) -> Callable[[str], object]:
    """Make the `__getattr__` of a package that exports names of its modules.

    The names and their modules are read, at the first access, from the imports under `if TYPE_CHECKING:` in the
    package's `__init__.py`. No name may be that of a module of the package: Python would return the module after its
    first import.

    Args:
        package: The package's `__name__`.

    Returns:
        A function that imports the module of a name, and returns the object of that name.
    """

    @cache
    def homes() -> dict[str, tuple[str, str]]:
        source = Path(str(sys.modules[package].__file__)).read_text(encoding="utf-8")
        blocks = [node for node in ast.parse(source).body if isinstance(node, ast.If)]
        imports = [node for block in blocks for node in block.body if isinstance(node, ast.ImportFrom)]
        return {alias.asname or alias.name: (str(node.module), alias.name) for node in imports for alias in node.names}

    def get(name: str) -> object:
        if name.startswith("__") or name not in homes():
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module, original = homes()[name]
        return getattr(import_module(module), original)

    return get
