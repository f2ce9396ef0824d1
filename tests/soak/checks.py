"""The promises of the trial contract, as functions over what SQL says. They restate it, and share no code with it."""

from collections import Counter
from collections.abc import Iterable, Iterator

from tests.soak.look import FINAL, STEPS, Look, SeenTrial
from tests.soak.problems import Problem, Wrong

STATE_OF_END = {
    "completed": "COMPLETE",
    "pruned": "PRUNED",
    "diverged": "PRUNED",
    "out_of_memory": "PRUNED",
    "error": "FAIL",
    "preempted": "WAITING",
}
"""What each end makes of a trial in Optuna."""


def faults_of(look: Look) -> Iterator[Problem]:
    """What is wrong with a study at any moment, whoever works on it."""
    numbers = [trial.number for trial in look.trials]
    if missing := sorted(set(range(max(numbers, default=-1) + 1)) - set(numbers)):
        yield Problem(Wrong.NUMBERS, f"no trial has the numbers {missing}")
    for number, times in Counter(numbers).items():
        if times > 1:
            yield Problem(Wrong.DOUBLED, f"{times} trials have the number {number}")
    yield from _copies(look)
    for trial in look.trials:
        yield from _end_fault(trial)


def faults_between(before: Look, after: Look) -> Iterator[Problem]:
    """What a study had at an earlier moment and has no more."""
    for old in before.trials:
        new = after.by_number.get(old.number)
        if new is None:
            yield Problem(Wrong.LOST_TRIAL, f"trial {old.number} is gone")
            continue
        if old.state in FINAL and (old.state, old.end, old.value) != (new.state, new.end, new.value):
            yield Problem(Wrong.END, f"trial {old.number} had ended as {old.end}, and is now {new.state} {new.end}")
    for name, was, now in (
        ("completed trial", before.best, after.best),
        ("evaluation", before.best_evaluation, after.best_evaluation),
    ):
        if now < was:
            yield Problem(Wrong.BEST, f"the best {name} had {was:.4f}, and now it has {now:.4f}")


def lost_work(ever: Iterable[tuple[int, int]], look: Look) -> Iterator[Problem]:
    """Trials that stand more than one evaluation below where they once stood; `ever` are all that SQL ever had."""
    highest: dict[int, int] = {}
    for number, step in ever:
        highest[number] = max(step, highest.get(number, 0))
    for trial in look.trials:
        was = highest.get(trial.number, 0)
        if _interval(was) - _interval(trial.step) > 1:
            yield Problem(Wrong.LOST_WORK, f"trial {trial.number} fell from step {was} to {trial.step}")


def faults_at_rest(look: Look, *, finished: bool) -> Iterator[Problem]:
    """What must not be while no driver lives that ended in good order; `finished` is after the last trial."""
    for trial in look.trials:
        if trial.state == "RUNNING":
            yield Problem(Wrong.ZOMBIE, f"trial {trial.number} is RUNNING, and no driver lives")
        elif finished and trial.state not in FINAL:
            yield Problem(Wrong.LOST_TRIAL, f"trial {trial.number} is {trial.state} after the search has ended")


def told_again(latest: dict[int, int], number: int, step: int) -> Problem | None:
    """Notes that a driver told of an evaluation. One before the last that was told is work done twice.

    The last one itself may come twice: up to one interval of training may be lost.
    """
    before = latest.get(number, 0)
    latest[number] = step
    if step >= before:
        return None
    return Problem(Wrong.TWICE, f"trial {number} was told at step {step} after step {before}")


def _copies(look: Look) -> Iterator[Problem]:
    """Equal parameters, learning rates and all, come from a copy and not from a sampler."""
    first: dict[tuple[tuple[str, object], ...], int] = {}
    for trial in look.trials:
        if trial.is_copy or not trial.params:
            continue
        number = first.setdefault(tuple(sorted(trial.params.items())), trial.number)
        if number != trial.number:
            yield Problem(Wrong.DOUBLED, f"trials {number} and {trial.number} have the same parameters")


def _end_fault(trial: SeenTrial) -> Iterator[Problem]:
    """A trial has exactly one end, or none while it waits or runs."""
    if trial.state in FINAL:
        if STATE_OF_END.get(str(trial.end)) != trial.state:
            yield Problem(Wrong.END, f"trial {trial.number} is {trial.state}, and its end is {trial.end}")
        if trial.end == "completed" and trial.step != STEPS[-1]:
            yield Problem(Wrong.END, f"trial {trial.number} is completed after step {trial.step} of {STEPS[-1]}")
        if trial.state == "COMPLETE" and trial.evaluations and trial.value != trial.evaluations[trial.step].value:
            yield Problem(Wrong.END, f"trial {trial.number} is told as {trial.value}, not as it was last evaluated")
    elif trial.state == "WAITING" and trial.end not in {None, "preempted"}:
        yield Problem(Wrong.END, f"trial {trial.number} waits, and its end is {trial.end}")


def _interval(step: int) -> int:
    """How many evaluations a trial has behind it at `step`."""
    return STEPS.index(step) + 1 if step in STEPS else 0
