"""The rooms keep their promises: who may import whom, what an import costs, and that public things are told."""

import ast
import subprocess
import sys
from collections.abc import Iterator
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
        "automl.core.errors",
        "automl.core.events",
    ],
)
def test_light_modules_pull_nothing_heavy(module):
    assert imported_by(f"import {module}").isdisjoint(HEAVY)


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
