"""Where the time of a command goes: a flame graph, and the share of each package.

    python -m benchmarks.engine.profile [--out profile.svg] [--rate 50] [--subprocesses] MODULE [ARGUMENTS ...]

Runs `python -m MODULE ARGUMENTS` under py-spy, which comes with the extra `bench`. The shares are of the samples in
which a thread did something. Each sample counts for the package of its innermost frame that is not of Python's own
library, down to its second folder: what Optuna's sampler computes counts for `optuna/samplers`.
"""

import argparse
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

FRAME = re.compile(
    r'<title>(?P<title>[^<]*) \([\d,]+ samples?, [^<]*</title><rect [^>]*y="(?P<y>\d+)"[^>]*'
    r'fg:x="(?P<start>\d+)" fg:w="(?P<samples>\d+)"'
)
TITLE = re.compile(r'(<text id="title"[^>]*>)[^<]*')
FILE = re.compile(r"\((?P<file>[^()]*\.py)(:\d+)?\)$")

SMALLEST_SHARE = 0.005


@dataclass(frozen=True)
class Frame:
    """A function in a flame graph, with all that it calls: `samples` from the sample `start` on, at a height `y`."""

    title: str
    y: int
    start: int
    samples: int


def record(command: list[str], graph: Path, rate: int, *, subprocesses: bool) -> None:
    """Runs a command and writes its flame graph."""
    spy = shutil.which("py-spy", path=Path(sys.executable).parent) or "py-spy"
    options = ["--function", "--rate", str(rate), *(["--subprocesses"] if subprocesses else [])]
    subprocess.run([spy, "record", *options, "--output", str(graph), "--", *command], check=True)


def titled(graph: str, title: str) -> str:
    """The graph under a title; py-spy's own is the whole command line, with the folders of this machine."""
    return TITLE.sub(lambda found: found[1] + escape(title), graph, count=1)


def frames(graph: str) -> Iterator[Frame]:
    """The functions of a flame graph of py-spy's, callers first."""
    found = (Frame(f["title"], int(f["y"]), int(f["start"]), int(f["samples"])) for f in FRAME.finditer(graph))
    yield from sorted(found, key=lambda frame: (frame.y, frame.start))


def shares(graph: str) -> dict[str, float]:
    """The part of all samples that fell on each package, the largest first."""
    counts: Counter[str] = Counter()
    above: list[tuple[Frame, str]] = []
    level: list[tuple[Frame, str]] = []
    for frame in frames(graph):
        if level and level[-1][0].y != frame.y:
            above, level = level, []
        parent = next(
            (part for caller, part in above if caller.start <= frame.start < caller.start + caller.samples), ""
        )
        part = _package(frame.title) or parent or "Python itself"
        level.append((frame, part))
        counts[part] += frame.samples
        if above:
            counts[parent] -= frame.samples
    total = counts.total()
    return {part: count / total for part, count in counts.most_common()}


def _package(title: str) -> str:
    """The first two folders of the file in which a function is; empty for Python's own library."""
    match = FILE.search(title)
    if match is None:
        return ""
    folders = Path(match["file"]).parts[:-1][:2]
    return "" if not folders or folders[0] in sys.stdlib_module_names else "/".join(folders)


def main() -> None:
    """Records, and prints the shares."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=Path("profile.svg"), help="the flame graph")
    parser.add_argument("--rate", type=int, default=50, help="samples a second")
    parser.add_argument("--subprocesses", action="store_true", help="the processes that it starts, too")
    parser.add_argument("module")
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    command = [sys.executable, "-m", options.module, *options.arguments]
    record(command, options.out, options.rate, subprocesses=options.subprocesses)
    graph = titled(options.out.read_text(), " ".join([options.module, *options.arguments]))
    options.out.write_text(graph)
    print("\n| package | share |\n|---|---:|")
    for part, share in shares(graph).items():
        if share >= SMALLEST_SHARE:
            print(f"| {part} | {share:.1%} |")


if __name__ == "__main__":
    main()
