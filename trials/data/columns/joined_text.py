"""The text of a row: one column, or several that are joined with their names."""

from collections.abc import Sequence


def joined(columns: Sequence[str], cells: Sequence[str | None]) -> str:
    """Return the text that a model reads, without surrounding white space.

    One column is taken without its name. Of several, each cell that is not empty is a line, after its column's name.

    Args:
        columns: names of the text columns.
        cells: the cells of one row in these columns; None is a missing cell.
    """
    texts = [(text or "").strip() for text in cells]
    if len(columns) == 1:
        return texts[0]
    return "\n".join(f"{name}: {text}" for name, text in zip(columns, texts, strict=True) if text)
