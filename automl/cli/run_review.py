"""Implements the commands that look at a study again: report, errors, decide."""

import json
import shlex
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from automl.console import Console
from automl.core import UsageError, Workspace, folder_name, near, next_command, unknown_name
from trials.data import CORPORA
from trials.tasks import MULTI_LABEL, REGRESSION, Task

if TYPE_CHECKING:
    from automl.review import Effect, ReopenedStudy

REPEATABLE = ("text", "also", "label", "allow")
WITH_FLAG = ("split", "group", "time", "validation", "test", "unlabeled")
"""Fields of the data that have an option of their own in `automl search`; `--set` reaches the others."""

LABELS_EXAMPLE = '["one", "two"] or one|two'
"""How several labels of a row are written."""


def write_report(study: str, output: Path | None, workspace: Workspace, *, with_texts: bool) -> None:
    """Run `automl report`."""
    from automl.page import write_page
    from automl.review import gather, reopen

    path = output or Path(f"{folder_name(study)}.html")
    if path.suffix.lower() not in {".html", ".htm"}:
        raise UsageError(f"the report is an HTML page, so the file must end in .html, not {str(path)!r}")
    console = Console()
    opened = reopen(study, workspace, lambda finding: None)
    write_page(gather(opened, console.say, with_texts=with_texts), path, with_texts=with_texts)
    console.say(f"Report: {near(path)} (a page that needs no network; open it in a browser)")


def list_errors(
    study: str, output: Path, model: str, workspace: Workspace, *, with_test: bool, spreadsheet: bool
) -> None:
    """Run `automl errors`."""
    from automl.export import check_target
    from automl.review import (
        MODELS,
        find_errors,
        meanings_of,
        read_corrections,
        reopen,
        require_uncorrected,
        write_errors,
    )

    if model not in MODELS:
        raise UsageError(unknown_name("model", model, MODELS))
    check_target(output, spreadsheet=spreadsheet)
    require_uncorrected(output)
    console = Console()
    opened = reopen(study, workspace, console.say)
    found = find_errors(opened, model, console.say, with_test=with_test)
    used = opened.experiment.data.corrections
    earlier = read_corrections(used)
    write_errors(found.rows, output, earlier=earlier, spreadsheet=spreadsheet)
    task = opened.prepared.dataset.task
    rows = "rows, those of the test split among them" if with_test else "training and validation rows"
    console.say(f"\n{found.judged} {rows} were judged by {found.judges}; {_agreement(found.agreement, task)}.")
    counts = Counter(kind for row in found.rows for kind in row.kinds)
    for kind, meaning in meanings_of(task).items():
        console.say(f"{counts[kind]:>6}  {kind.value:<17} {meaning}")
    if not found.rows:
        return
    if used is not None and earlier:
        console.say(f"\nWhat was corrected before ({len(earlier)} in {near(used)}) is in the new file, too.")
    what = {MULTI_LABEL: f"all its labels, as {LABELS_EXAMPLE}", REGRESSION: "a number"}.get(task, "a label")
    console.say(f"\n{len(found.rows)} rows to look at, the most suspicious first: {near(output)}")
    console.say(
        f"Where a row is wrong, write what is right into its column correction: {what}, or drop. Then search again:"
    )
    console.say(f"  {_search_again(opened, workspace, output)}")


def _agreement(share: float, task: Task) -> str:
    if task is REGRESSION:
        return f"these explain {max(0.0, share):.0%} of the variance of their numbers (r2)"
    return f"{share:.0%} {'of their labels agree' if task is MULTI_LABEL else 'agree with their label'}"


def decide(study: str, metric: str | None, costs: Path | None, workspace: Workspace) -> None:
    """Run `automl decide`."""
    from automl.decisions import DECISION_FILE, write_decision
    from automl.review import SHOWN_COVERAGE, find_decision, find_number_decision, find_set_decision, reopen

    console = Console()
    opened = reopen(study, workspace, lambda finding: None)
    task = opened.prepared.dataset.task
    usual = "thresholds of the model" if task is MULTI_LABEL else "most probable label"
    best = workspace.study(study).best
    what = "Measuring errors" if task is REGRESSION else "Choosing labels"
    console.say(f"{what} on rows that the model was not fitted to, which may take a while")
    find = {MULTI_LABEL: find_set_decision, REGRESSION: find_number_decision}.get(task, find_decision)
    found = find(opened, metric, costs)
    decision = found.decision
    write_decision(decision, best)
    console.say(f"Found on {decision.source}.")
    if found.held_out is not None and found.test is not None:
        console.show(_effects_table(found.measure, usual, {"found on": found.held_out, "test": found.test}))
        if found.held_out.changed == 0:
            console.say(f"No other choice is shown to be better than the {usual}.")
    if found.reach is not None:
        console.say(
            f"Intervals with a coverage of {SHOWN_COVERAGE:.0%} have the true number of {found.covered:.1%} of the "
            f"test rows, and reach {found.reach:.4g} to both sides."
        )
    elif found.covered is not None:
        console.say(
            f"Sets of labels with a coverage of {SHOWN_COVERAGE:.0%} have the true label of {found.covered:.1%} of the "
            f"test rows, and {found.set_size:.2f} labels on average."
        )
    goal = f"now chooses labels by {DECISION_FILE} beside the model: {decision.goal or f'the {usual}'}"
    does = f"finds them in {DECISION_FILE} beside the model" if task is REGRESSION else goal
    console.say(f"\nautoml predict {does}.")
    sets = "" if task is MULTI_LABEL else " --sets 0.9"
    console.say(f"  automl predict {shlex.quote(str(near(best)))} --input new.csv --output out.csv{sets}")


def _effects_table(measure: str, usual: str, effects: "Mapping[str, Effect]") -> Table:
    name = "mean cost of a row" if measure == "cost" else measure
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("rows", "", name, usual, "difference", "95% interval", "labels changed"):
        table.add_column(heading, justify="left" if heading == "rows" else "right")
    for split, effect in effects.items():
        interval = f"{effect.low:+.3f} to {effect.high:+.3f}"
        numbers = (f"{effect.after:.3f}", f"{effect.before:.3f}", f"{effect.after - effect.before:+.3f}", interval)
        table.add_row(split, str(effect.rows), *numbers, str(effect.changed))
    return table


def _search_again(study: "ReopenedStudy", workspace: Workspace, output: Path) -> str:
    """Return the command that searches the same data again, with the corrections."""
    given = study.experiment.data.model_dump(mode="json", exclude_defaults=True)
    source = given.pop("source")
    given.pop("corrections", None)
    options: list[str] = []
    for name, value in given.items():
        if name in REPEATABLE:
            options += [word for each in value for word in (f"--{name}", str(each))]
        elif name in WITH_FLAG:
            options += [f"--{name}", str(value)]
        else:
            options += ["--set", f"data.{name}={json.dumps(value)}"]
    options += ["--study", f"{study.record.name}-corrected", "--corrections", str(near(output))]
    return next_command(workspace, "search", source if source in CORPORA else str(near(Path(source))), *options)
