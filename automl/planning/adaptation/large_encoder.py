"""Offers probes of a large encoder in the space `auto` where it is installed and its features fit the time budget."""

from collections.abc import Callable

from automl.planning.prepare_data import PreparedData
from automl.planning.resolved_experiment import ResolvedExperiment
from automl.report import format_seconds
from search_spaces import ALGORITHM, CHECKPOINT, LARGE_CHECKPOINT, LARGE_PROBE, SPACES, Space
from trials.errors import PretrainedError
from trials.hub import is_installed, locate

LARGEST_SHARE = 0.6
"""Maximum share of the time budget for the features of the large encoder."""

PENALTIES = (0.2, 0.01, 0.8)
"""Penalties of the early trials beside the default one; they compute the same features together."""


def sharers(slots: int) -> int:
    """Return how many early trials compute the features of the large encoder together.

    Args:
        slots: number of trials that run concurrently.
    """
    return min(slots, 1 + len(PENALTIES))


def with_large_probe(
    resolved: ResolvedExperiment, prepared: PreparedData, slots: int, say: Callable[[str], None]
) -> ResolvedExperiment:
    """Return the experiment with `large_probe` among its algorithms, if there is time for it.

    Nothing changes in other spaces than `auto`, without a time budget, and if the experiment names algorithms or
    checkpoints. The study stores the result, so it holds when it is resumed.

    Args:
        resolved: the experiment and its space.
        prepared: the data, and the pace that was measured.
        slots: number of trials that run concurrently.
        say: receives one line if the encoder is installed.
    """
    space, budget = resolved.space, resolved.experiment.search.time_budget
    is_named = {ALGORITHM, CHECKPOINT} & space.overrides.keys()
    if budget is None or is_named or space.function is not SPACES["auto"] or not is_installed(LARGE_CHECKPOINT):
        return resolved
    own = Space(LARGE_PROBE, SPACES[LARGE_PROBE])
    try:
        locate(LARGE_CHECKPOINT)
        seconds = prepared.seconds(own.replay(own.defaults())) / sharers(slots)
    except PretrainedError as error:
        say(f"The encoder {LARGE_CHECKPOINT} is left out: {error}")
        return resolved
    takes = f"its features are expected to take {format_seconds(seconds)}"
    if seconds > LARGEST_SHARE * budget:
        say(f"The encoder {LARGE_CHECKPOINT} is left out, as {takes}, more than {LARGEST_SHARE:.0%} of the time budget")
        return resolved
    say(f"Probes of the encoder {LARGE_CHECKPOINT} are tried, too: {takes}")
    early = [
        {ALGORITHM: LARGE_PROBE, f"{LARGE_PROBE}.classifier.penalty": penalty}
        for penalty in PENALTIES[: sharers(slots) - 1]
    ]
    linear, probe, *others = space.algorithms()
    return resolved.with_overrides({ALGORITHM: [linear, probe, LARGE_PROBE, *others]}).with_points(*early)
