"""Offers probes of a large encoder in the space `auto` where it is installed and its features fit the time budget."""

from collections.abc import Callable

from automl.config import Experiment
from automl.planning.prepare_data import PreparedData
from automl.planning.resolved_experiment import ResolvedExperiment
from automl.report import format_seconds
from search_spaces import ALGORITHM, CHECKPOINT, LARGE_CHECKPOINT, LARGE_PROBE, SPACES, Probe, Space
from trials.data import stages_of
from trials.hub import install_command, is_installed

LARGEST_SHARE = 0.6
"""Maximum share of the time budget for all features of the large encoder, where a trial reads no sample first."""

LARGEST_SAMPLE_SHARE = 0.3
"""The same for the features of the smallest sample, whose model says whether the others are worth it."""

SMALL_PROBE = "probe"
"""The algorithm that is a probe of the small encoder."""

TIMES_AS_LONG = 8.0
"""How long its features take, in those of the small encoder: the layers of both have 85 and 11 million weights."""

PENALTIES = (0.2, 0.01, 0.8)
"""Penalties of the early trials beside the default one; they compute the same features together."""


def sharers(slots: int) -> int:
    """Return how many early trials compute the features of the large encoder together.

    Args:
        slots: number of trials that run concurrently.
    """
    return min(slots, 1 + len(PENALTIES))


def large_probe_of(experiment: Experiment, space: Space) -> Probe | None:
    """Return the default probe of the large encoder; None where it cannot be one of the algorithms.

    It can in the space `auto`, with a time budget, and if the experiment names neither algorithms nor checkpoints.

    Args:
        experiment: the experiment.
        space: its space.
    """
    return _default_of(experiment, space, LARGE_PROBE) if is_installed(LARGE_CHECKPOINT) else None


def _default_of(experiment: Experiment, space: Space, algorithm: str) -> Probe | None:
    """Return the default probe of an algorithm; None where probes of large encoders have no place."""
    is_named = {ALGORITHM, CHECKPOINT} & space.overrides.keys()
    if experiment.search.time_budget is None or is_named or space.function is not SPACES["auto"]:
        return None
    own = Space(algorithm, SPACES[algorithm])
    point = own.replay(own.defaults())
    return point if isinstance(point, Probe) else None


def with_large_probe(
    resolved: ResolvedExperiment, prepared: PreparedData, slots: int, say: Callable[[str], None]
) -> ResolvedExperiment:
    """Return the experiment with `large_probe` among its algorithms, if there is time for it.

    Nothing changes where `large_probe_of` returns None. There is time for it if a trial can read the smallest sample of
    the rows, so that it can say whether the others are worth it; with folds, if it can read all rows. The study stores
    the result, so it holds when it is resumed.

    Args:
        resolved: the experiment and its space.
        prepared: the data, and the pace that was measured, of this encoder, too.
        slots: number of trials that run concurrently.
        say: receives one line if the encoder is installed, or if it is not and there would be time for it.
    """
    probe, budget = large_probe_of(resolved.experiment, resolved.space), resolved.experiment.search.time_budget
    if probe is None or budget is None:
        _say_what_is_missing(resolved, prepared, slots, say)
        return resolved
    if probe.text.checkpoint not in prepared.pace.reading:
        say(f"The encoder {LARGE_CHECKPOINT} is left out, as its pace could not be measured where trials run")
        return resolved
    whole = prepared.seconds(probe) / sharers(slots)
    sample = whole * _sample_share(prepared)
    takes = f"its features are expected to take {format_seconds(whole)}"
    if sample < whole:
        takes += f", those of a sample {format_seconds(sample)}"
    share = LARGEST_SAMPLE_SHARE if sample < whole else LARGEST_SHARE
    if sample > share * budget:
        say(f"The encoder {LARGE_CHECKPOINT} is left out, as {takes}, more than {share:.0%} of the time budget")
        return resolved
    say(f"Probes of the encoder {LARGE_CHECKPOINT} are tried, too: {takes}")
    early = [
        {ALGORITHM: LARGE_PROBE, f"{LARGE_PROBE}.classifier.penalty": penalty}
        for penalty in PENALTIES[: sharers(slots) - 1]
    ]
    linear, small, *others = resolved.space.algorithms()
    return resolved.with_overrides({ALGORITHM: [linear, small, LARGE_PROBE, *others]}).with_points(*early)


def _say_what_is_missing(
    resolved: ResolvedExperiment, prepared: PreparedData, slots: int, say: Callable[[str], None]
) -> None:
    """Tell how to install the large encoder, if it is not there and a small one is, and its features would fit."""
    budget = resolved.experiment.search.time_budget
    small = _default_of(resolved.experiment, resolved.space, SMALL_PROBE)
    is_tried = SMALL_PROBE in resolved.space.algorithms()
    if budget is None or small is None or not is_tried or is_installed(LARGE_CHECKPOINT):
        return
    sample = prepared.seconds(small) * TIMES_AS_LONG / sharers(slots) * _sample_share(prepared)
    if sample <= LARGEST_SAMPLE_SHARE * budget:
        say(
            f"There is time for probes of the larger encoder {LARGE_CHECKPOINT}, which are often better on English "
            f"texts, but it is not installed: {install_command(LARGE_CHECKPOINT)}"
        )


def seconds_to_a_value(prepared: PreparedData, whole: float, budget: float | None) -> float:
    """Return the expected seconds until a probe of the large encoder has a value by which it can be judged.

    That is the whole trial if there is ample time for it, else the model of the first sample.

    Args:
        prepared: the data.
        whole: expected seconds of the whole trial.
        budget: the time budget in seconds; None is no limit.
    """
    return whole if budget is None or whole <= LARGEST_SHARE * budget else whole * _sample_share(prepared)


def _sample_share(prepared: PreparedData) -> float:
    """Return the share of all rows that a trial reads before its first evaluation."""
    if prepared.folds is not None:
        return 1.0
    stages, read = stages_of(prepared.dataset), 0
    for stage in stages:
        read += len(stage.added)
        if stage.is_enough:
            break
    return read / sum(len(stage.added) for stage in stages)
