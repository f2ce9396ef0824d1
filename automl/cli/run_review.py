"""Implements the commands that look at a study again: errors, decide."""

import shlex
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from automl.console import Console
from automl.core import UsageError, Workspace, near, next_command, unknown_name
from trials.data import CORPORA

if TYPE_CHECKING:
    from automl.review import Effect, ReopenedStudy


def list_errors(
    study: str, output: Path, model: str, workspace: Workspace, *, with_test: bool, spreadsheet: bool
) -> None:
    """Run `automl errors`."""
    from automl.export import check_target
    from automl.review import MEANINGS, MODELS, find_errors, reopen, write_errors

    if model not in MODELS:
        raise UsageError(unknown_name("model", model, MODELS))
    check_target(output, spreadsheet=spreadsheet)
    console = Console()
    opened = reopen(study, workspace, console.say)
    found = find_errors(opened, model, console.say, with_test=with_test)
    write_errors(found.rows, output, spreadsheet=spreadsheet)
    rows = "rows, those of the test split among them" if with_test else "training and validation rows"
    console.say(f"\n{found.judged} {rows} were judged by {found.judges}; {found.agreement:.0%} agree with their label.")
    counts = Counter(kind for row in found.rows for kind in row.kinds)
    for kind, meaning in MEANINGS.items():
        console.say(f"{counts[kind]:>6}  {kind.value:<17} {meaning}")
    if not found.rows:
        return
    console.say(f"\n{len(found.rows)} rows to look at, the most suspicious first: {near(output)}")
    console.say(
        "Where a row is wrong, write what is right into its column correction: a label, or drop. Then search again:"
    )
    console.say(f"  {_search_again(opened, workspace, output)}")


def decide(study: str, metric: str | None, costs: Path | None, workspace: Workspace) -> None:
    """Run `automl decide`."""
    from automl.decisions import DECISION_FILE, write_decision
    from automl.review import find_decision, reopen

    console = Console()
    opened = reopen(study, workspace, lambda finding: None)
    best = workspace.study(study).best
    found = find_decision(opened, metric, costs)
    decision = found.decision
    write_decision(decision, best)
    console.say(f"Found on {decision.source}.")
    if found.held_out is not None and found.test is not None:
        _show_effects(console, found.measure, {"there": found.held_out, "test": found.test})
    goal = decision.goal or "the most probable label"
    console.say(
        f"automl predict now chooses labels for {goal}, and can give sets of labels: {near(best / DECISION_FILE)}"
    )
    console.say(f"  automl predict {shlex.quote(str(near(best)))} --input new.csv --output out.csv --sets 0.9")


def _show_effects(console: Console, measure: str, effects: "Mapping[str, Effect]") -> None:
    name = "mean cost of a row" if measure == "cost" else measure
    for split, effect in effects.items():
        console.say(
            f"{split + ',':<6} {effect.rows} rows: {name} {effect.after:.4f} instead of {effect.before:.4f}, "
            f"difference {effect.after - effect.before:+.4f} (95% interval {effect.low:+.4f} to {effect.high:+.4f}); "
            f"{effect.changed} labels change"
        )
    if all(effect.changed == 0 for effect in effects.values()):
        console.say("No other rule is shown to be better than the most probable label.")


def _search_again(study: "ReopenedStudy", workspace: Workspace, output: Path) -> str:
    data = study.experiment.data
    source = data.source if data.source in CORPORA else str(near(Path(data.source)))
    given = {name: getattr(data, name) for name in ("text", "label", "split", "validation", "test", "unlabeled")}
    options = [word for name, value in given.items() if value for word in (f"--{name}", str(value))]
    options += [word for code in data.allow for word in ("--allow", code)]
    name = f"{study.record.name}-corrected"
    return next_command(workspace, "search", source, *options, "--study", name, "--corrections", str(near(output)))
