"""The rooms keep their promises: who may import whom, what an import costs, and that public things are told."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("automl", "search_spaces", "trials")
HEAVY = (
    "torch",
    "transformers",
    "tokenizers",
    "ray",
    "optuna",
    "mlflow",
    "sqlalchemy",
    "sklearn",
    "pandas",
    "matplotlib",
)


def imported_by(statement: str) -> set[str]:
    code = f"{statement}\nimport sys; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_import_contracts_hold():
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    done = subprocess.run([*command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_search_spaces_needs_the_standard_library_only():
    foreign = imported_by("import search_spaces") - imported_by("") - set(sys.stdlib_module_names) - {"search_spaces"}
    assert foreign == set()


@pytest.mark.parametrize(
    "module",
    [
        "trials.protocol",
        "trials.errors",
        "trials.metrics",
        "trials.data.load",
        "automl",
        "automl.api",
        "automl.cli",
        "automl.core.events",
    ],
)
def test_light_modules_pull_nothing_heavy(module):
    assert imported_by(f"import {module}").isdisjoint(HEAVY)


def test_the_errors_and_the_functions_that_search_need_nothing_heavy_before_they_are_called():
    named = imported_by("from automl import AutomlError, SearchFailed, UsageError")
    assert named.isdisjoint(HEAVY)
    assert imported_by("from automl import resume, search").isdisjoint({"torch", "ray", "mlflow", "transformers"})


def test_a_search_begins_without_ray_torch_and_mlflow():
    """Ray reads its settings when it is imported, so a search sets them first; torch and MLflow come when needed."""
    assert imported_by("import automl.session").isdisjoint({"ray", "torch", "mlflow"})


def modules() -> dict[str, Path]:
    """Each module of the rooms by its name; a package is its `__init__`."""
    files = (path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    return {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in files}


def imports_past_windows(importer: str, path: Path, known: dict[str, Path]) -> Iterator[str]:
    """What `importer` takes from inside another package, past its `__init__`.

    A module may name modules of its own package and of those around it. Modules that lie directly in a room, such as
    `trials.decision`, are windows themselves.
    """
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        named = [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
        for name in named:
            package = name.rpartition(".")[0]
            is_module = name in known and known[name].name != "__init__.py"
            if is_module and package not in ROOMS and not importer.startswith(f"{package}.") and importer != package:
                yield f"{importer} imports from {name}, not from {package}"


def test_no_package_reaches_past_the_window_of_another():
    known = modules()
    past = [line for name, path in known.items() for line in imports_past_windows(name, path, known)]
    assert past == []


@pytest.mark.parametrize("package", [name for name, path in modules().items() if path.name == "__init__.py"])
def test_a_window_has_what_it_says(package):
    window = import_module(package)
    assert all(hasattr(window, name) for name in getattr(window, "__all__", ()))


def test_a_lazy_window_has_no_name_of_a_module():
    """After its first import, a module's name in its package is the module, whatever `__getattr__` would give."""
    lazy = {name: path for name, path in modules().items() if "lazy_window(" in path.read_text(encoding="utf-8")}
    hidden = [
        f"{package}.{name}"
        for package, path in lazy.items()
        if path.name == "__init__.py"
        for name in import_module(package).__all__
        if (path.parent / f"{name}.py").exists()
    ]
    assert hidden == []
    assert "automl.core" in lazy


def public_things(path: Path) -> Iterator[tuple[str, ast.AST]]:
    module = ast.parse(path.read_text(encoding="utf-8"))
    yield path.stem, module
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef) or (isinstance(node, ast.FunctionDef) and node in module.body):
            yield node.name, node


@pytest.mark.parametrize("room", ROOMS)
def test_public_things_have_docstrings(room):
    silent = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in (ROOT / room).rglob("*.py")
        for name, node in public_things(path)
        if not name.startswith("_") or name == "__init__"
        if ast.get_docstring(node) is None
    ]
    assert silent == []
