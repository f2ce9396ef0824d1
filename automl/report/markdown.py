"""Tables in Markdown."""

from collections.abc import Sequence


def markdown_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table; every column but the first is right-aligned.

    Args:
        headings: the headings.
        rows: the cells of each row.
    """
    rules = ["---"] + ["---:"] * (len(headings) - 1)
    return "\n".join(_line(cells) for cells in [headings, rules, *rows])


def _line(cells: Sequence[str]) -> str:
    escaped = (" ".join(cell.split()).replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(escaped)} |"
