"""Made-up runs of the benchmark."""

from benchmarks.search.journal import ENDED, EVALUATED, STARTED, Event
from benchmarks.search.results import Results, Run


def run(contender: str, *scores: float, seed: int = 0, every: float = 10.0, look: float | None = None) -> Run:
    """One trial of 100 rows, scored after each epoch of `every` seconds; `look` is the time of a first look."""
    events = [Event(STARTED, "0", 1.0)]
    if look is not None:
        events.append(Event(EVALUATED, "0", look, 2, 0.99, look=True))
    events += [Event(EVALUATED, "0", epoch * every, epoch * 100, score) for epoch, score in enumerate(scores, start=1)]
    events.append(Event(ENDED, "0", len(scores) * every, how="completed"))
    return Run(contender, "news", seed, 60.0, 100, events, 0.5, 66.0)


def results(*runs: Run) -> Results:
    return Results("a machine", 60.0, 9, 2, True, False, list(runs))
