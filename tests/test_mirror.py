"""Every source file has its test file under the mirrored path.

That of `trials/probe/head.py` is `tests/trials/probe/test_head.py`. Packages' windows (`__init__.py`), entry points
(`__main__.py`) and database migrations need none. A window with code of its own may have a file that is named after its
package, such as `tests/trials/models/test_models.py`.
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("automl", "search_spaces", "trials")

EXEMPT = {
    "automl/api/messages.py": "frozen dataclasses without methods",
    "automl/hpo/pruners/registry.py": "a dictionary, which `tests/contracts/test_samplers_and_pruners.py` runs",
    "automl/tracking/boards/board.py": "a frozen dataclass without methods, and a protocol",
    "automl/doctor/registry.py": "a dictionary, all of whose checks `test_run_checks.py` runs",
    "automl/doctor/check_context.py": "frozen dataclasses without methods",
    "automl/cluster/join_node.py": "a program, which `tests/integration/test_cluster.py` starts",
    "automl/worker/fork_server_process.py": "a program, which `tests/automl/worker/test_trial_process.py` starts",
    "automl/worker/messages.py": "frozen dataclasses without methods",
    "automl/cluster/resource_request.py": "a frozen dataclass without methods, and a constant",
    "automl/core/events.py": "frozen dataclasses without methods, an enumeration and a protocol",
    "automl/core/priors.py": "a frozen dataclass without methods and an enumeration",
    "automl/engine/search_settings.py": "a frozen dataclass without methods",
    "automl/export/loading.py": "an old import path of another file",
    "automl/review/distillation/result.py": "frozen dataclasses without methods",
    "automl/selection/learning_curve.py": "a frozen dataclass without methods",
    "automl/export/onnx/network.py": "one network of a model, which `test_export_model.py` exports",
    "automl/export/onnx/onnx_export.py": "a frozen dataclass, which `test_result_table.py` shows",
    "automl/export/inputs/rows.py": "a frozen dataclass without methods",
    "automl/serving/answers.py": "bodies of answers, which `test_app.py` and `test_server.py` read",
    "automl/serving/body_limit.py": "an ASGI layer, which `test_app.py` sends its requests through",
    "automl/serving/limits.py": "a frozen dataclass without methods, and a constant",
    "automl/serving/service_metrics.py": "a registry of counters, which `test_app.py` reads",
    "trials/data/readers/read_options.py": "a frozen dataclass without methods",
    "search_spaces/errors.py": "one exception without code",
    "search_spaces/point/require.py": "a check, which `test_models.py` runs into",
    "search_spaces/point/training.py": "dataclasses, whose checks `test_models.py` runs into",
    "trials/data/options.py": "a frozen dataclass without methods",
    "trials/protocol/pace.py": "frozen dataclasses without methods",
    "trials/protocol/report.py": "frozen dataclasses without methods, and an enumeration",
    "trials/data/special_tokens.py": "constants",
    "trials/errors.py": "exceptions without code",
    "trials/tasks/task.py": "an abstract class, whose methods `test_registry.py` calls of each task",
    "trials/training/trainee.py": "a protocol",
    "trials/training/packs/adamw_kernel.py": "a kernel for GPUs, which `tests/gpu/test_packs.py` runs",
    "trials/workflows/fold_result.py": "a frozen dataclass without methods",
}
"""Source files that need no test file of their own, with the reason."""


def sources() -> list[str]:
    """Every source file that should have a test file, relative to the root."""
    files = (path.relative_to(ROOT) for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    return sorted(str(path) for path in files if not path.name.startswith("__") and "migrations" not in path.parts)


def mirrored(source: str) -> Path:
    path = Path(source)
    return ROOT / "tests" / path.with_name(f"test_{path.name}")


def test_every_source_file_has_its_test_file() -> None:
    missing = {source for source in sources() if not mirrored(source).exists()}
    assert sorted(missing - EXEMPT.keys()) == []


def test_only_source_files_without_a_test_file_are_exempt() -> None:
    """Whoever writes the test file, or removes the source file, takes it off the list."""
    needless = [name for name in EXEMPT if name not in sources() or mirrored(name).exists()]
    assert needless == []


@pytest.mark.parametrize("room", ROOMS)
def test_a_test_file_that_mirrors_no_source_file_says_what_it_is_about(room: str) -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "tests" / room).rglob("test_*.py")
        if not (ROOT / path.relative_to(ROOT / "tests")).with_name(path.name.removeprefix("test_")).exists()
        if ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) is None
    ]
    assert silent == []
