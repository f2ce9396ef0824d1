import subprocess
import sys
from importlib.metadata import version

from tests.integration.command import automl

HEAVY = ("torch", "transformers", "ray", "mlflow", "optuna", "sklearn", "pandas", "numpy", "sqlalchemy", "matplotlib")


def test_help_imports_nothing_heavy():
    code = (
        "import sys\nfrom automl.cli.main import main\nsys.argv = ['automl', '--help']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print('HEAVY', sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)
    assert "search" in done.stdout
    assert done.stdout.splitlines()[-1] == "HEAVY []"


def test_version_is_that_of_the_distribution():
    done = automl("--version")
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"automl {version('transformer-automl')}\n"


def test_spaces_lists_every_parameter_of_a_space():
    done = automl("spaces", "encoder")
    assert done.returncode == 0, done.stderr
    for name in ("optimizer.beta1", "architecture.depth", "text.vocabulary_size"):
        assert name in done.stdout
