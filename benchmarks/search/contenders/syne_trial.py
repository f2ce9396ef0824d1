"""One trial of Syne Tune: the script that its `LocalBackend` starts anew for each configuration."""

import argparse
import json
import os
from pathlib import Path

from syne_tune import Reporter

from benchmarks.search.contenders.syne import TASK_VARIABLE
from benchmarks.search.hf import Told, load_data, trainer
from benchmarks.search.space import point
from benchmarks.search.task import Task


def main() -> None:
    """Trains, and reports each epoch."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--st_config_json_filename", type=Path)
    parser.add_argument("--st_checkpoint_dir", type=Path)
    given = parser.parse_args()
    task = Task.read(Path(os.environ[TASK_VARIABLE]))
    data = load_data(task)
    tell = Reporter()

    def report(epoch: int, score: float) -> None:
        tell(epoch=epoch, accuracy=score)

    told = Told(task, given.st_checkpoint_dir.parent.name, len(data.train), report)
    trainer(point(json.loads(given.st_config_json_filename.read_text())), task, data, told).train()


if __name__ == "__main__":
    main()
