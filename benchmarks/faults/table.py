"""The tries side by side, as Markdown."""

import re
import statistics
from collections import Counter
from collections.abc import Callable

from benchmarks.faults.script import Try

NUMBER = re.compile(r"#\d+")

ROWS: dict[str, Callable[[list[Try]], str]] = {
    "recoveries": lambda tries: f"{sum(each.recovered for each in tries)} of {len(tries)}",
    "trials that had ended at the kill, median": lambda tries: (
        f"{statistics.median(each.killed_at for each in tries):g}"
    ),
    "tries with trials left RUNNING": lambda tries: f"{sum(each.running > 0 for each in tries)} of {len(tries)}",
    "trials left RUNNING": lambda tries: str(sum(each.running for each in tries)),
    "early-stopped trials told as COMPLETE": lambda tries: str(sum(each.early_as_complete for each in tries)),
    "trials doubled": lambda tries: str(sum(each.doubled for each in tries)),
    "trials lost": lambda tries: str(sum(each.lost for each in tries)),
    "evaluations done again": lambda tries: str(sum(each.redone for each in tries)),
    "evaluations of trials that never ended": lambda tries: str(sum(each.wasted for each in tries)),
    "seconds to recover, median (most)": lambda tries: _spread(
        [each.seconds_to_recover for each in tries if each.seconds_to_recover is not None]
    ),
    "seconds in all, median (most)": lambda tries: _spread([each.seconds for each in tries]),
}


def markdown(tries: list[Try]) -> str:
    """One column a contender; below it, why a search did not recover."""
    names = list(dict.fromkeys(each.contender for each in tries))
    columns = [[each for each in tries if each.contender == name] for name in names]
    lines = [f"| | {' | '.join(names)} |", f"| --- |{' ---: |' * len(names)}"]
    lines += [f"| {row} | {' | '.join(tell(column) for column in columns)} |" for row, tell in ROWS.items()]
    reasons = Counter((each.contender, NUMBER.sub("#…", each.why_not)) for each in tries if not each.recovered)
    lines += ["", *(f"- {name}, {times} of them: `{why}`" for (name, why), times in reasons.most_common())]
    return "\n".join(lines).rstrip()


def _spread(seconds: list[float]) -> str:
    return f"{statistics.median(seconds):.1f} ({max(seconds):.1f})" if seconds else "never"
