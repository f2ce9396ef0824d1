"""The default command, and `automl predict` with what it hands over."""

import csv
import subprocess
import sys
from pathlib import Path

from common import read_task, write_predictions

FOR_THE_END = 0.25
"""Share of the time kept for start, hand-over and prediction, as the budget of a search is that of its trials."""

task = read_task()
automl = str(Path(sys.executable).with_name("automl"))
workspace = Path(task.folder) / "runs"
command = [automl, "search", task.train, "--time-budget", f"{max(task.left * (1 - FOR_THE_END), 10):.0f}s"]
command += ["--workspace", str(workspace), "--study", "league", "--metric", task.metric, "--seed", str(task.seed)]
subprocess.run(command, check=True)
output = Path(task.folder) / "out.csv"
predict = [automl, "predict", str(workspace / "league" / "best"), "--input", task.test, "--output", str(output)]
subprocess.run(predict, check=True)
with output.open(newline="", encoding="utf-8") as file:
    write_predictions(task, [row["label"] for row in csv.DictReader(file)])
