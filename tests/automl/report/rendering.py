"""Tables as lines of text."""

import io

from rich.console import Console, RenderableType


def render(thing: RenderableType, width: int = 100) -> list[str]:
    """The lines of `thing` on a terminal of `width` columns, which none of them exceeds."""
    console = Console(file=io.StringIO(), width=width)
    console.print(thing)
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().splitlines()
    assert all(len(line) <= width for line in lines)
    return lines


def row_of(lines: list[str], start: str) -> list[str]:
    """The words of the first line that begins with `start`."""
    return next(line.split() for line in lines if line.strip().startswith(start))
