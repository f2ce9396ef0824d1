"""The text of a row: one column, or several that are joined with their names; and the two cells of a pair again."""

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


def pair_of(names: tuple[str, str], text: str) -> tuple[str, str]:
    """Return the two cells of which a text was joined. A line before it, of columns beside the text, is of the first.

    Args:
        names: names of the two text columns.
        text: the text. One without their names is the first cell.
    """
    first_name, second_name = (f"\n{name}: " for name in names)
    first, _, second = f"\n{text}".partition(second_name)
    return first.replace(first_name, "\n", 1).removeprefix("\n"), second
