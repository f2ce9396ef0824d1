"""Ours: the command `automl search` as a user types it, in a fresh workspace; events are read from its plain lines.

An event counts when its line is printed. The tokenizer is learnt on the clock, unlike the peers'. The command's own
time limit counts from its first trial on, so when the time of the benchmark is over it gets a Ctrl-C, which ends the
search in good order; then it hands over its best model.
"""

import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

from benchmarks.search.corpus import read_rows
from benchmarks.search.journal import ENDED, EVALUATED, STARTED, Event, Journal
from benchmarks.search.space import FIXED
from benchmarks.search.task import Task
from trials.protocol import BUDGET_STEPS, EVALUATION_STEPS

STUDY = "benchmark"

BEGUN = re.compile(r"\] trial (\d+) started:")
TOLD = re.compile(r"\] trial (\d+) at (\d+)%: accuracy ([\d.]+)")
OVER = re.compile(r"\] trial (\d+) (completed|pruned|diverged|out of memory|failed)\b")

STEPS = {round(100 * step / BUDGET_STEPS): step for step in range(1, BUDGET_STEPS + 1)}
"""Steps of the budget by the percents that the lines tell."""


def search(task: Task) -> Path | None:
    """The contender."""
    journal, rows = Journal(task), len(read_rows(task.data, "train").labels)
    with subprocess.Popen(_command(task), stdout=subprocess.PIPE, text=True, errors="replace") as process:
        alarm = threading.Timer(max(0.0, task.remaining), process.send_signal, (signal.SIGINT,))
        alarm.start()
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            if (event := parse(line, task.elapsed, task.epochs * rows)) is not None:
                journal.tell(event)
        alarm.cancel()
    best = task.folder / "runs" / STUDY / "best"
    return best if best.exists() else None


def parse(line: str, seconds: float, budget_examples: int) -> Event | None:
    """The event that a line tells of, if any."""
    if found := BEGUN.search(line):
        return Event(STARTED, found[1], seconds)
    if found := TOLD.search(line):
        step = STEPS[int(found[2])]
        examples = round(budget_examples * step / BUDGET_STEPS)
        return Event(EVALUATED, found[1], seconds, examples, float(found[3]), look=step == EVALUATION_STEPS[0])
    if found := OVER.search(line):
        return Event(ENDED, found[1], seconds, how=found[2])
    return None


def _command(task: Task) -> list[str]:
    splits = ["--validation", str(task.data / "validation.jsonl"), "--test", str(task.data / "test.jsonl")]
    limits = ["--time-budget", f"{task.seconds:g}s", "--epochs", str(task.epochs), "--slots", str(task.slots)]
    choices = ["--space", "encoder", "--metric", "accuracy", "--seed", str(task.seed)]
    choices += ["--set", f"data.max_length={task.max_length}"]
    fixed = [part for name, value in FIXED.items() for part in ("--set", f"space.overrides.{name}={value}")]
    places = ["--study", STUDY, "--workspace", str(task.folder / "runs")]
    return [
        *(sys.executable, "-m", "automl", "search", str(task.data / "train.jsonl")),
        *("--text", "text", "--label", "label", *splits, *limits, *choices, *fixed, *places),
    ]
