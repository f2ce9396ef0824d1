"""Tables of studies and spaces, for a width of 100 columns."""

from collections.abc import Sequence

from rich import box
from rich.table import Table

from automl.core import StudyRecord
from automl.report.formatting import format_score, format_value
from automl.report.result_json import count_ends
from automl.report.trials import best_value, winner_of
from search_spaces import SPACES, Space


def studies_table(studies: Sequence[StudyRecord]) -> Table:
    """Return a table with a line for each of `studies`: metric, best value with a model, and ends of trials."""
    table = _table("study", "created", "metric")
    table.add_column("best", justify="right")
    table.add_column("trials", justify="right")
    table.add_column("ends", overflow="fold")
    for study in studies:
        best = winner_of(study)
        table.add_row(
            study.name,
            "-" if study.created is None else f"{study.created:%Y-%m-%d %H:%M}",
            ", ".join(study.goals.names),
            format_score(None if best is None else best_value(study, best)),
            str(len(study.proposed)),
            ", ".join(f"{count} {end}" for end, count in count_ends(study).items()),
        )
    return table


def spaces_table() -> Table:
    """Return a table of all built-in search spaces, with their descriptions."""
    table = _table("space")
    table.add_column("parameters", justify="right")
    table.add_column("what it tries")
    for name, function in SPACES.items():
        first_line = (function.__doc__ or "").strip().partition("\n")[0]
        table.add_row(name, str(len(Space(name, function).dimensions())), first_line)
    return table


def space_table(space: Space) -> Table:
    """Return a table of the parameters of `space`: range, with overrides applied, and default, as in trial 0."""
    table = _table("parameter", "range")
    table.add_column("default", justify="right")
    for name, dimension in space.dimensions().items():
        table.add_row(name, str(dimension), format_value(dimension.default))
    return table


def _table(*headings: str) -> Table:
    return Table(*headings, box=box.SIMPLE_HEAD, pad_edge=False, caption_justify="left")
