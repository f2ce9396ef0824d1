"""Holds that what packages export is documented: how many parameters their docstrings explain under `Args`.

Exported are the names in `__all__` of each package, and the public methods of exported classes. A parameter counts as
explained if it stands under `Args:` or `Attributes:`, or if it is the only one and the first sentence names it in
backticks. A method that overrides one of a class of this project may leave that to the other one. The floor lies a
little below what was measured when it was last raised; it only rises.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = ("automl", "search_spaces", "trials")
FLOOR = 0.98
"""Share of parameters."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def imported(module: ast.Module) -> dict[str, Path]:
    """The files from which a module imports names, as far as they lie in this project."""
    homes = {}
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and node.module:
            file = ROOT / f"{node.module.replace('.', '/')}.py"
            homes |= {alias.name: file for alias in node.names if file.is_file()}
    return homes


def overridden(of_class: ast.ClassDef, homes: dict[str, Path]) -> dict[str, str]:
    """What the bases of a class say of their methods."""
    known = {}
    for base in (each.id for each in of_class.bases if isinstance(each, ast.Name) and each.id in homes):
        for node in ast.parse(homes[base].read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and node.name == base:
                known |= {each.name: ast.get_docstring(each) or "" for each in node.body if isinstance(each, Function)}
    return known


def functions(name: str, file: Path) -> Iterator[tuple[str, Function, str]]:
    """An exported function, or the public methods of an exported class, each with the text that documents it."""
    module = ast.parse(file.read_text(encoding="utf-8"))
    for node in module.body:
        if isinstance(node, Function) and node.name == name:
            yield name, node, ast.get_docstring(node) or ""
        elif isinstance(node, ast.ClassDef) and node.name == name:
            of_bases = overridden(node, imported(module))
            for method in node.body:
                if isinstance(method, Function) and (not method.name.startswith("_") or method.name == "__init__"):
                    own = f"{ast.get_docstring(method) or ''}\n{of_bases.get(method.name, '')}"
                    of_class = ast.get_docstring(node) or ""
                    yield f"{name}.{method.name}", method, f"{own}\n{of_class}" if method.name == "__init__" else own


def parameters(function: Function) -> list[str]:
    """The names of a function's parameters, without `self` and those that it ignores."""
    given = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    return [each.arg for each in given if each.arg not in {"self", "cls"} and not each.arg.startswith("_")]


def is_explained(parameter: str, documentation: str, *, is_only: bool) -> bool:
    """Whether a docstring has an entry for the parameter, or speaks of it as the only one."""
    entry = rf"^\s+{re.escape(parameter)}(?: \([^)]*\))?: \S"
    if re.search(entry, documentation, re.MULTILINE):
        return True
    return is_only and f"`{parameter}`" in documentation


def main() -> int:
    """Prints the share, and what is missing if it was asked for with `--missing`."""
    count, missing = 0, []
    for window in (file for room in ROOMS for file in (ROOT / room).rglob("__init__.py")):
        for name, file in imported(ast.parse(window.read_text(encoding="utf-8"))).items():
            for label, function, documentation in functions(name, file):
                names = parameters(function)
                count += len(names)
                missing += [
                    f"{file.relative_to(ROOT)}: {label}({parameter})"
                    for parameter in names
                    if not is_explained(parameter, documentation, is_only=len(names) == 1)
                ]
    if "--missing" in sys.argv:
        print(*sorted(set(missing)), sep="\n")
    share = 1 - len(missing) / count
    print(f"Parameters of exported functions that docstrings explain: {share:.1%} of {count} (floor {FLOOR:.0%})")
    return int(share < FLOOR)


if __name__ == "__main__":
    sys.exit(main())
