"""The command line's own voice: one message, exit code 2, and help that names what there is."""

import subprocess
import sys

import pytest

from automl.search.pruners import PRUNERS
from automl.search.samplers import SAMPLERS
from tests.integration.command import automl
from trials.data.corpora import CORPORA


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["show"], "error: Missing argument 'study'.\nSee: automl show --help\n"),
        (["shwo"], "error: No such command 'shwo'. Did you mean 'show'?\nSee: automl --help\n"),
        (["studies", "-w", ""], "'--workspace' / '-w': must not be empty"),
        (["studies", "--storage", " "], "'--storage': must not be empty"),
        (["show", "s", "--limit", "x"], "'--limit'"),
        (["studies", "--nope"], "error: No such option: --nope"),
        (["retry", "s"], "error: say which trials are to be tried again: --failed"),
        ([], "error: a command must be given"),
    ],
)
def test_whatever_is_wrong_with_the_options_is_said_as_everything_else(tmp_path, arguments, said):
    done = automl(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("error: ") == 1 and "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_help_names_every_sampler_pruner_and_corpus():
    said = " ".join(automl("search", "--help").stdout.replace("│", " ").split())
    for name in (*SAMPLERS, *PRUNERS, *CORPORA):
        assert name in said


def test_a_reader_that_leaves_ends_the_command_without_a_word(tmp_path):
    script = f"{sys.executable} -m automl spaces encoder | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() in {"0", "141"}
    assert done.stderr == ""


def test_a_traceback_shows_no_password(tmp_path):
    code = (
        "import sys; from automl.cli import app, main\n"
        "def fail(): raise RuntimeError('at postgresql://me:s3cret@host/db')\n"
        "app.run = fail; sys.argv = ['automl']; main.main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "RuntimeError: at postgresql://me:***@host/db" in done.stderr
    assert "s3cret" not in done.stderr
