"""Every command that speaks with a cluster's jobs is told by the same option where they are."""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.integration

NOWHERE = ("--dashboard", "http://127.0.0.1:1")
TOKEN = {**os.environ, "RAY_AUTH_TOKEN": "t" * 32}
"""With one of its own, a test does not need the one that an earlier search has left in the home folder."""


@pytest.mark.parametrize(
    "words",
    [
        ("status", *NOWHERE),
        ("logs", "s", *NOWHERE),
        ("cancel", "s", *NOWHERE),
        ("dashboard", *NOWHERE),
        ("submit", *NOWHERE, "resume", "s"),
    ],
    ids=" ".join,
)
def test_a_cluster_that_is_not_there_is_told_with_what_to_say(words):
    done = subprocess.run(
        [sys.executable, "-m", "automl", *words], capture_output=True, text=True, timeout=100, check=False, env=TOKEN
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "must answer at http://127.0.0.1:1, but nothing does; give the head's with --dashboard" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_submitted_search_goes_nowhere_else():
    words = ("submit", *NOWHERE, "resume", "s", "--address", "head:6379")
    done = subprocess.run(
        [sys.executable, "-m", "automl", *words], capture_output=True, text=True, timeout=100, check=False, env=TOKEN
    )
    assert done.returncode == 2
    assert "and not at 'head:6379'; leave the address out" in done.stderr
