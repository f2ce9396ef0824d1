"""Kills drivers and counts recoveries, ours and those of Ray Tune with OptunaSearch, taking turns.

    python -m benchmarks.faults --tries 6

All are killed at the same points: once so many trials have ended, plus some seconds.
"""

import argparse
import json
import random
import tempfile
from dataclasses import asdict
from pathlib import Path

from benchmarks.faults.contender import TRIALS, Contender
from benchmarks.faults.ours import Ours
from benchmarks.faults.peer import Peer
from benchmarks.faults.script import Moment, Try, attempt
from benchmarks.faults.table import markdown

CONTENDERS: dict[str, Contender] = {
    "guide": Peer("Ray Tune + OptunaSearch, by the guides", keep=None),
    "careful": Peer("the same with more care", keep=1),
    "ours": Ours(),
}

LATEST = 2.0
"""Seconds within which the driver is killed, once as many trials have ended as were drawn, at most half of them."""


def main() -> None:
    """Parses, takes turns, prints the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__.splitlines()[0])
    parser.add_argument("--tries", type=int, default=6, help="tries of each contender (6)")
    parser.add_argument("--seed", type=int, default=0, help="decides when drivers are killed (0)")
    parser.add_argument("--contenders", default=",".join(CONTENDERS), help=f"some of {', '.join(CONTENDERS)}")
    parser.add_argument("--out", type=Path, help="new folder for all that is written; default: a temporary one")
    chosen = parser.parse_args()
    folder = (chosen.out or Path(tempfile.mkdtemp(prefix="automl-faults-"))).resolve()
    draw = random.Random(chosen.seed)
    tries: list[Try] = []
    print(f"Studies and logs: {folder}", flush=True)
    for number in range(chosen.tries):
        moment = Moment(ended=draw.randint(0, TRIALS // 2), seconds=draw.uniform(0, LATEST))
        for name in chosen.contenders.split(","):
            tries.append(attempt(CONTENDERS[name], folder / f"{name}-{number}", moment))
            print(f"{name} {number}: {json.dumps(asdict(tries[-1]))}", flush=True)
    (folder / "faults.json").write_text(json.dumps([asdict(each) for each in tries], indent=1))
    (folder / "faults.md").write_text(markdown(tries) + "\n")
    print(f"\n{markdown(tries)}")


if __name__ == "__main__":
    main()
