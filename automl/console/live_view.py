"""The live view of a search on a terminal: running trials, the best one, the ends of trials and the time left."""

import time
from collections.abc import Iterator, Mapping
from typing import Self

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from automl.console.wording import DASHBOARD_HINT, END_WORDS, clock, differences, percent
from automl.core import CONSTANT, Event, SearchProgress, SearchStarted, TrialProgress
from search_spaces import Value
from trials.protocol import TrialEnd

FRAMES_PER_SECOND = 4
BAR_WIDTH = 12
OTHER_LINES = 11
"""Number of lines of the view without the slots."""

END_STYLES: dict[TrialEnd, str] = {
    TrialEnd.COMPLETED: "green",
    TrialEnd.PRUNED: "yellow",
    TrialEnd.PREEMPTED: "cyan",
    TrialEnd.DIVERGED: "red",
    TrialEnd.OUT_OF_MEMORY: "red",
    TrialEnd.ERROR: "bold red",
}


class LiveView:
    """A `Listener` that draws the search in place. It is a context manager, which always restores the terminal.

    It redraws itself `FRAMES_PER_SECOND` times a second from the last state, so handling an event is cheap.
    """

    def __init__(self, console: Console, defaults: Mapping[str, Value]) -> None:
        """Prepare the view; drawing starts when the context is entered.

        Args:
            console: the console to draw on.
            defaults: parameters of the default configuration, with which trials are compared.
        """
        self._progress = SearchProgress()
        self._defaults = defaults
        self._live = Live(self, console=console, refresh_per_second=FRAMES_PER_SECOND)

    def notice(self, event: Event) -> None:
        """Update the state with `event`; the next frame shows it."""
        self._progress = self._progress.after(event)

    def __enter__(self) -> Self:
        self._live.start(refresh=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        progress = self._progress
        if progress.search is None:
            yield Text("Waiting for the first trial ...", style="dim")
            return
        yield Group(
            _headline(progress, progress.search),
            Text(),
            self._best_lines(progress, progress.search),
            _ends_line(progress, progress.search),
            Text(),
            *([] if progress.reason else [self._slots(progress, progress.search, options), Text()]),
            *self._addresses(progress.search),
        )

    def _best_lines(self, progress: SearchProgress, search: SearchStarted) -> RenderableType:
        best = progress.best
        if best is None:
            return Group(_labelled("best", Text("no evaluation yet", style="dim")), Text())
        where = f"at {percent(best.fraction)} of its budget"
        if best.sample_rows is not None:
            where = f"on a sample of {best.sample_rows} rows"
        value = Text.assemble(
            (f"{best.value:.4f}", "bold green"),
            f" {search.goals.first.name}, trial {best.number} {where}",
        )
        return Group(_labelled("best", value), _labelled("", self._difference(best.params)))

    def _slots(self, progress: SearchProgress, search: SearchStarted, options: ConsoleOptions) -> RenderableType:
        table = Table(box=None, expand=True, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
        table.add_column("trial", justify="right", width=5)
        table.add_column("budget spent", width=BAR_WIDTH + 5)
        metric = search.goals.first.name
        table.add_column(metric, justify="right", width=max(6, min(len(metric), 14)), no_wrap=True)
        table.add_column("differs from the default in", ratio=1, no_wrap=True, overflow="ellipsis")
        rows = sorted(progress.running.values(), key=lambda trial: trial.number)
        # The number of lines stays the same from frame to frame, so that nothing jumps.
        visible = min(max(search.slots, len(rows)), max(1, options.max_height - OTHER_LINES))
        for trial in rows[:visible]:
            value = "" if trial.value is None else f"{trial.value:.4f}"
            words = self._difference(trial.params)
            if trial.confirms is not None:
                words = Text(f"confirms trial {trial.confirms}", style="dim", no_wrap=True, overflow="ellipsis")
            if trial.sample_rows is not None:
                sample = f"a sample of {trial.sample_rows} rows; "
                words = Text.assemble((sample, "cyan"), words, no_wrap=True, overflow="ellipsis")
            if trial.is_constant:
                words = Text.assemble((f"{CONSTANT}; ", "yellow"), words, no_wrap=True, overflow="ellipsis")
            table.add_row(str(trial.number), _bar(trial), value, words)
        for _ in range(visible - len(rows)):
            table.add_row("-", "", "", Text("idle", style="dim"))
        hidden = len(rows) - visible
        return Group(table, Text(f"and {hidden} more trials", style="dim")) if hidden > 0 else table

    def _difference(self, params: Mapping[str, Value]) -> Text:
        words = differences(params, self._defaults) or "nothing: the default configuration"
        return Text(words, style="dim", no_wrap=True, overflow="ellipsis")

    def _addresses(self, search: SearchStarted) -> Iterator[RenderableType]:
        if search.dashboard_url:
            hint = Text(f"  {DASHBOARD_HINT}", style="dim")
            yield _labelled("Ray", Text(search.dashboard_url, style="blue") + hint)
        yield _labelled("MLflow", Text(f"automl ui {search.study}", style="bold"))


def _headline(progress: SearchProgress, search: SearchStarted) -> RenderableType:
    line = Table.grid(expand=True)
    line.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    line.add_column(justify="right", no_wrap=True)
    now = time.monotonic()
    elapsed = f"{clock(now - search.started)} elapsed"
    if progress.reason is not None:
        rest = f", {progress.reason}"
    elif search.deadline is not None:
        rest = f", {clock(search.deadline - now)} left"
    else:
        rest = ""
    line.add_row(Text.assemble("Study ", (search.study, "bold")), Text(elapsed + rest))
    return line


def _ends_line(progress: SearchProgress, search: SearchStarted) -> RenderableType:
    total = f" of {search.trials}" if search.trials is not None else ""
    line = Text(f"{progress.ended}{total} ended")
    for end in TrialEnd:
        if count := progress.ends.get(end, 0):
            line.append(", ").append(f"{count} {END_WORDS[end]}", style=END_STYLES[end])
    return _labelled("trials", line)


def _bar(trial: TrialProgress) -> RenderableType:
    line = Table.grid(padding=(0, 1, 0, 0))
    line.add_column(width=BAR_WIDTH)
    line.add_column(width=4, justify="right")
    line.add_row(ProgressBar(total=1.0, completed=trial.fraction, width=BAR_WIDTH), percent(trial.fraction))
    return line


def _labelled(label: str, content: Text) -> RenderableType:
    line = Table.grid(padding=(0, 2, 0, 0), expand=True)
    line.add_column(width=6)
    line.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    line.add_row(Text(label, style="dim"), content)
    return line
