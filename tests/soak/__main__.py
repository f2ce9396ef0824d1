"""The soak by hand.

    python -m tests.soak --kills 6 --seed 1

Ends with exit status 1 if anything was lost, doubled, left or otherwise wrong.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.soak.setups import SETUPS
from tests.soak.soak import StudyResult, soak
from tests.soak.table import markdown, write


def main() -> int:
    """Parses, soaks, prints the tables."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200, help="kills over all studies (200)")
    parser.add_argument("--seed", type=int, default=0, help="decides what is killed when (0)")
    parser.add_argument("--studies", default=",".join(SETUPS), help=f"some of {', '.join(SETUPS)}")
    parser.add_argument("--out", type=Path, help="new folder for studies, logs and tables; default: a temporary one")
    chosen = parser.parse_args()
    folder = chosen.out or Path(tempfile.mkdtemp(prefix="automl-soak-"))
    setups = [SETUPS[name] for name in chosen.studies.split(",")]
    print(f"Studies, logs and tables: {folder}", flush=True)
    results: list[StudyResult] = []
    for result in soak(chosen.kills, chosen.seed, setups, folder.resolve(), lambda line: print(line, flush=True)):
        results.append(result)
        write(results, folder)  # what is known so far, should we be ended ourselves
    print(f"\n{markdown(results)}")
    return 1 if any(result.problems for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
