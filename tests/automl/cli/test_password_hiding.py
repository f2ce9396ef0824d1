"""A password on the command line is on nobody's screen but the user's own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]

PROGRAM = """
import os, sys
from pathlib import Path
from automl.cli.password_hiding import ARGUMENTS, hide_passwords
hide_passwords()
shown = Path("/proc/self/cmdline").read_text()
print(repr((os.getcwd(), sys.argv[1:], shown.split(chr(0))[:-1], ARGUMENTS in os.environ, sys.flags.utf8_mode)))
sys.exit(7)
"""

GIVEN = [
    *("search", "exp.yaml", "--storage", "postgresql+psycopg://me:s3cret@host/db"),
    *("--tracking-uri=http://me:s3cret@mlflow", "--set", 'storage="postgresql://me:s3cret@host/db"'),
    *("--set=tracking_uri=http://me:s3cret@mlflow", "--text", "naïve 'column'"),
]


def test_the_process_shows_none_and_the_program_has_them_all(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "program.py", *GIVEN],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 7, done.stderr
    folder, arguments, shown, is_handed_on, utf8 = eval(done.stdout)
    assert (folder, arguments, is_handed_on, utf8) == (str(tmp_path), GIVEN, False, 1)
    assert "s3cret" not in "".join(shown)
    assert shown[1:4] == ["-X", "utf8", "program.py"] and shown[-1] == GIVEN[-1]
    assert "postgresql+psycopg://me:***@host/db" in shown


def test_a_program_that_sets_its_arguments_is_left_alone() -> None:
    code = (
        "import sys; from automl.cli.password_hiding import hide_passwords\n"
        "sys.argv = ['automl', 'studies', '--storage', 'postgresql://me:s3cret@host/db']\n"
        "hide_passwords(); print(sys.argv[3])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "postgresql://me:s3cret@host/db"
