"""The soak's result: tables for readers, and the same as JSON."""

import json
import statistics
from collections import Counter
from dataclasses import asdict, fields
from pathlib import Path

from tests.soak.problems import Wrong
from tests.soak.soak import StudyResult
from tests.soak.watch import Strike


def markdown(results: list[StudyResult]) -> str:
    """Kills by kind with the time to recover, then each study with what was wrong with it."""
    strikes = [strike for result in results for strike in result.strikes]
    problems = [f"- {result.name}: {each.wrong}: {each.what}" for result in results for each in result.problems]
    parts = [_kinds(strikes), _studies(results), *(["\n".join(problems)] if problems else [])]
    return "\n\n".join(parts)


def write(results: list[StudyResult], folder: Path) -> None:
    """Puts `soak.md` and `soak.json` into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "soak.md").write_text(markdown(results) + "\n", encoding="utf-8")
    (folder / "soak.json").write_text(json.dumps([_plain(result) for result in results], indent=1), encoding="utf-8")


def _plain(result: StudyResult) -> dict[str, object]:
    facts = {field.name: getattr(result, field.name) for field in fields(result)}
    strikes = [{"kind": each.kind, "at": each.at, "recovered": each.recovered} for each in result.strikes]
    return {**facts, "strikes": strikes, "problems": [asdict(problem) for problem in result.problems]}


def _kinds(strikes: list[Strike]) -> str:
    rows = [["killed", "times", "went on", "seconds to recover, median", "most"]]
    by_kind = Counter(strike.kind for strike in strikes)
    for kind, times in by_kind.most_common():
        rows.append([kind, str(times), *_times([strike for strike in strikes if strike.kind == kind])])
    rows.append(["all", str(len(strikes)), *_times(strikes)])
    return _table(rows)


def _times(strikes: list[Strike]) -> list[str]:
    seconds = [strike.recovered for strike in strikes if strike.recovered is not None]
    if not seconds:
        return ["0", "", ""]
    return [str(len(seconds)), f"{statistics.median(seconds):.1f}", f"{max(seconds):.1f}"]


def _studies(results: list[StudyResult]) -> str:
    head = ["study", "minutes", "kills", "resumes", "refused", "trials", "ends", "told again", *Wrong]
    rows = [[str(name) for name in head]]
    for result in results:
        wrong = Counter(problem.wrong for problem in result.problems)
        ends = ", ".join(f"{count} {end}" for end, count in sorted(result.ends.items()))
        numbers = [len(result.strikes), result.resumes, result.refused, result.trials]
        counts = [str(wrong[name]) for name in Wrong]
        rows.append([result.name, f"{result.seconds / 60:.1f}", *map(str, numbers), ends, str(result.retold), *counts])
    return _table(rows)


def _table(rows: list[list[str]]) -> str:
    """Markdown; the first row is the head, and all but the first column stand to the right."""
    rule = ["---", *["---:"] * (len(rows[0]) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in [rows[0], rule, *rows[1:]])
