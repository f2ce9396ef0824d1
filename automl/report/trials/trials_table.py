"""The trials of a study as a table with one line each."""

from collections import Counter
from collections.abc import Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from automl.core import StudyRecord, TrialRecord
from automl.report.formatting import differing, format_score, format_value, short_names
from automl.report.result_json import UNFINISHED
from automl.report.trials.ranking import best_value, deviation, winner_of
from search_spaces import CHECKPOINT, algorithm_of, named_parameters, point_name
from trials.protocol import BUDGET_STEPS

MOST_NUMBERS = 6
"""Trials whose numbers are listed before a cause that they share."""


def trials_table(study: StudyRecord, shown: Sequence[TrialRecord]) -> RenderableType:
    """Return one line for each trial: how it ended, its scores, its cost, and what it is, as far as that fits.

    The causes of ends follow below the table.

    Args:
        study: the study.
        shown: those of its trials that are shown, in order.
    """
    winner, names = winner_of(study), _names(shown)
    heirs = any(_origin(trial) for trial in shown)
    got_worse = any(format_score(trial.value) != format_score(best_value(study, trial)) for trial in shown)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), caption_justify="left")
    for heading in ("trial", "end", *(["last"] if got_worse else []), "best", "budget", "seconds"):
        table.add_column(heading, justify="left" if heading == "end" else "right", no_wrap=True)
    if heirs:
        table.add_column("from", no_wrap=True)
    table.add_column("what it is")  # only this column may shrink; its cells are truncated, not wrapped
    for trial in shown:
        won = winner is not None and trial.number == winner.number
        cells = [
            f"* {trial.number}" if won else str(trial.number),
            UNFINISHED if trial.end is None else trial.end.value,
            *([format_score(trial.value)] if got_worse else []),
            format_score(best_value(study, trial), deviation(study, trial)),
            budget_spent(trial),
            "-" if trial.cost is None else f"{trial.cost.seconds:.1f}",
            *([_origin(trial)] if heirs else []),
        ]
        again = "" if trial.confirms is None else f"confirms {trial.confirms.trial}: "
        what = Text(f"{again}{names[trial.number]}", no_wrap=True, overflow="ellipsis")
        table.add_row(*map(Text, cells), what, style="bold" if won else None)
    table.caption = _caption(shown, study, winner)
    causes = list(_causes(shown))
    return Group(table, *causes) if causes else table


def budget_spent(trial: TrialRecord) -> str:
    """Return the share of its budget that a trial spent, such as `33%`, or the rows of its sample.

    Args:
        trial: the trial.
    """
    rows = trial.evaluations[-1].sample_rows if trial.evaluations else None
    return f"{trial.fraction:.0%}" if rows is None else f"{rows} rows"


def of_samples(shown: Sequence[TrialRecord]) -> str | None:
    """Return what `budget_spent` means by rows; None if none of the trials ended at a sample.

    Args:
        shown: the trials.
    """
    is_any = any(trial.evaluations and trial.evaluations[-1].sample_rows is not None for trial in shown)
    return "N rows: fitted to a sample of N training rows" if is_any else None


def _names(shown: Sequence[TrialRecord]) -> dict[int, str]:
    """Return what each trial is, by number: its name, and where it is unlike most trials of its algorithm.

    The checkpoint is named if there are several.
    """
    several = len({trial.params[CHECKPOINT] for trial in shown if CHECKPOINT in trial.params}) > 1
    groups: dict[str, list[TrialRecord]] = {}
    for trial in shown:
        groups.setdefault(algorithm_of(trial.params), []).append(trial)
    names = {}
    for trials in groups.values():
        said = named_parameters(trials[0].params)
        shorts = short_names(name for name in differing(trials) if name not in said)
        usual = {name: Counter(trial.params.get(name) for trial in trials).most_common(1)[0][0] for name in shorts}
        for trial in trials:
            others = [
                f"{short} {format_value(trial.params[name])}"
                for name, short in shorts.items()
                if name in trial.params and trial.params[name] != usual[name]
            ]
            names[trial.number] = ", ".join([point_name(trial.params, with_checkpoint=several), *others])
    return names


def _causes(shown: Sequence[TrialRecord]) -> list[Text]:
    """Return one line for each cause, with the numbers of its trials."""
    trials: dict[str, list[int]] = {}
    for trial in shown:
        if trial.cause:
            trials.setdefault(" ".join(trial.cause.split()), []).append(trial.number)
    lines = []
    for cause, numbers in trials.items():
        listed = ", ".join(map(str, numbers[:MOST_NUMBERS]))
        more = f" and {len(numbers) - MOST_NUMBERS} more" if len(numbers) > MOST_NUMBERS else ""
        text = f"{'trial' if len(numbers) == 1 else 'trials'} {listed}{more}: {cause}"
        lines.append(Text(text, no_wrap=True, overflow="ellipsis"))
    return lines


def _origin(trial: TrialRecord) -> str:
    """Return the parent of a trial and its step as a share of the budget; empty for a trial without a parent."""
    if trial.lineage is None or trial.lineage.parent is None or (trial.evaluations and not trial.inherited):
        return ""
    return f"{trial.lineage.parent} at {trial.lineage.step / BUDGET_STEPS:.0%}"


def _caption(shown: Sequence[TrialRecord], study: StudyRecord, winner: TrialRecord | None) -> str | None:
    notes = []
    if winner is not None:
        notes.append("* the best trial")
    if len(shown) < len(study.trials):
        notes.append(f"the best {len(shown)} of {len(study.proposed)} trials")
    if (samples := of_samples(shown)) is not None:
        notes.append(samples)
    return "; ".join(notes) or None
